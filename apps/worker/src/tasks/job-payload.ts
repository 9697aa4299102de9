import type { RunJob, StoreJob } from '@mantis-sync/sync-core';
import { z } from 'zod';

const schema = z.object({ orgId: z.uuid(), queueId: z.uuid() });
const storeSchema = z.object({ orgId: z.uuid(), storeId: z.uuid() });

/** The payload of a job that works on a run. @throws z.ZodError for any other */
export function parseRunJob(payload: unknown): RunJob {
  return schema.parse(payload);
}

/** The payload of a job that works on a store. @throws z.ZodError for any other */
export function parseStoreJob(payload: unknown): StoreJob {
  return storeSchema.parse(payload);
}
