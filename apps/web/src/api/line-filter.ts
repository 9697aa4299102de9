import type { FailureGroup, Line } from './trpc.ts';

/** Which customers of a run are listed; all of them where nothing is given. */
export interface LineFilter {
  state?: Line['state'];
  outcome?: NonNullable<Line['outcome']>;
  failure?: Pick<FailureGroup, 'code' | 'message'>;
  /** Name, email, company or number of a customer. */
  q?: string;
  /** The first position, and the last one. */
  from?: number;
  to?: number;
}
