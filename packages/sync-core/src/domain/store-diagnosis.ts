import { z } from 'zod';

/** The checks, in order. */
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
  /** `problem`: runs cannot continue until it is fixed. `note`: works, with a limitation. */
  level: z.enum(['ok', 'note', 'warning', 'problem']),
  code: z.string(),
  /** For operators. */
  message: z.string(),
  /** The suggested fix; null if none is needed. */
  fix: z.string().nullable(),
});

export type Finding = z.infer<typeof findingSchema>;

/** A diagnosis as stored and shown. */
export const storeDiagnosisSchema = z.object({
  at: z.date(),
  /** No finding is a problem. */
  isHealthy: z.boolean(),
  findings: z.array(findingSchema),
  /** Null if no page of customers was received. */
  pace: z
    .object({
      /** Milliseconds for a page of `rows` customers. */
      pageMs: z.number(),
      rows: z.number(),
      /** Recommended settings. */
      pageSize: z.number(),
      pagesAhead: z.number(),
      /** Milliseconds for a complete walk; null if the store's size is unknown. */
      walkMs: z.number().nullable(),
    })
    .nullable(),
  /** Milliseconds that the store's clock is ahead of ours; null if it sent no date. */
  clockAheadMs: z.number().nullable(),
});

export type StoreDiagnosis = z.infer<typeof storeDiagnosisSchema>;
