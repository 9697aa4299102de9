import { STARTABLE_KINDS } from '@mantis-sync/sync-core';
import { z } from 'zod';

/** Input and output of `schedule` and `organisation`. */

const scheduleName = { storeId: z.uuid(), kind: z.enum(STARTABLE_KINDS) };
const timeTable = {
  /** Five fields: minute, hour, day, month, day of the week. */
  cron: z.string().min(1).max(200),
  /** IANA name, such as `Europe/Zurich`. */
  timeZone: z.string().min(1).max(64),
};

export const storeSchedulesInput = z.strictObject({ storeId: z.uuid() });
export const scheduleInput = z.strictObject(scheduleName);
export const setScheduleInput = z.strictObject({ ...scheduleName, ...timeTable });
export const previewInput = z.strictObject(timeTable);
export const previewOutput = z.object({
  next: z.array(z.date()),
  problem: z.string().nullable(),
});

export const scheduleSchema = z.object({
  id: z.string(),
  storeId: z.string(),
  kind: z.enum(STARTABLE_KINDS),
  cron: z.string(),
  timeZone: z.string(),
  state: z.enum(['active', 'paused']),
  nextRunAt: z.date().nullable(),
  lastDueAt: z.date().nullable(),
  lastOutcome: z.enum(['started', 'skipped_running', 'skipped_paused', 'failed']).nullable(),
  lastRunId: z.string().nullable(),
});
export const scheduleListOutput = z.array(scheduleSchema);

export const organisationSettingsSchema = z.object({
  retentionDays: z.number(),
  volatileMetaKeys: z.array(z.string()),
});
export const setVolatileMetaKeysInput = z.strictObject({
  volatileMetaKeys: z.array(z.string().trim().min(1).max(255)).max(100),
});
export const setRetentionInput = z.strictObject({ retentionDays: z.int().min(1).max(3650) });
