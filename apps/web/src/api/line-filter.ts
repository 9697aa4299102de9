import type { FailureGroup, Line } from './trpc.ts';

/** Filter of a run's customers; all by default. */
export interface LineFilter {
  state?: Line['state'];
  outcome?: NonNullable<Line['outcome']>;
  failure?: Pick<FailureGroup, 'code' | 'message'>;
  /** Name, email, company or id of a customer. */
  q?: string;
  /** The first and the last position. */
  from?: number;
  to?: number;
}
