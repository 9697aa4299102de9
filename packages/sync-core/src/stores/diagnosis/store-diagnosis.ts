import { z } from 'zod';
import type { Diagnosis } from './diagnose-connection.ts';
import { findingSchema } from './finding.ts';

/** A diagnosis as it is kept and shown. */
export const storeDiagnosisSchema = z.object({
  at: z.date(),
  /** No finding is a problem. */
  isHealthy: z.boolean(),
  findings: z.array(findingSchema),
  /** Null where no page of customers came. */
  pace: z
    .object({
      /** Milliseconds that a page of `rows` customers took. */
      pageMs: z.number(),
      rows: z.number(),
      /** Advised settings of a run. */
      pageSize: z.number(),
      pagesAhead: z.number(),
      /** Milliseconds that a walk of the whole store takes; null where its size is unknown. */
      walkMs: z.number().nullable(),
    })
    .nullable(),
  /** Milliseconds by which the store's clock is ahead of ours; null where it did not say. */
  clockAheadMs: z.number().nullable(),
});

export type StoreDiagnosis = z.infer<typeof storeDiagnosisSchema>;

/** What is kept of a diagnosis; nothing in it is secret. */
export function toStoreDiagnosis(
  { isHealthy, findings, pace, clockAheadMs }: Diagnosis,
  at: Date,
): StoreDiagnosis {
  return { at, isHealthy, findings, pace, clockAheadMs };
}
