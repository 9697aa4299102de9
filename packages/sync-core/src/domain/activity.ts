import { z } from 'zod';
import { actorSchema } from './actor.ts';

/** One activity entry. `data` contains ids and numbers, never personal data. */
export const activityViewSchema = z.object({
  id: z.number(),
  runId: z.string().nullable(),
  storeId: z.string(),
  /** 1, 2, 3 … without gaps within a run; null for entries about the store. */
  seq: z.number().nullable(),
  at: z.date(),
  level: z.enum(['info', 'warning', 'error']),
  event: z.string(),
  message: z.string(),
  actor: actorSchema,
  data: z.record(z.string(), z.unknown()),
});

export type ActivityView = z.infer<typeof activityViewSchema>;
