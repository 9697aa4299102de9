import { z } from 'zod';

/** What is looked at, in this order. */
export const CHECKS = [
  'address',
  'api',
  'sign_in',
  'customers',
  'rights',
  'clock',
  'pace',
] as const;

export type Check = (typeof CHECKS)[number];

export const findingSchema = z.object({
  check: z.enum(CHECKS),
  /** `problem`: no run can continue until it is fixed. `note`: nothing is wrong, but something is missing. */
  level: z.enum(['ok', 'note', 'warning', 'problem']),
  code: z.string(),
  /** Plain words for an operator. */
  message: z.string(),
  /** What to do about it; null where there is nothing to do. */
  cure: z.string().nullable(),
});

export type Finding = z.infer<typeof findingSchema>;

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
