import { CHANGE_SOURCES, STARTABLE_KINDS } from '@mantis-sync/sync-core';
import { z } from 'zod';

/** Input and output of `schedule`, `customer` and `organisation`. */

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
export const previewOutput = z.array(z.date());

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
  lastQueueId: z.string().nullable(),
});
export const scheduleListOutput = z.array(scheduleSchema);

const customerName = {
  storeId: z.uuid(),
  wooId: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
};

export const customerInput = z.strictObject(customerName);
export const customerSchema = z.object({
  storeId: z.string(),
  wooId: z.number(),
  email: z.string().nullable(),
  username: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  role: z.string(),
  billing: z.record(z.string(), z.unknown()),
  shipping: z.record(z.string(), z.unknown()),
  metaData: z.array(z.unknown()),
  isPayingCustomer: z.boolean(),
  wooCreatedAt: z.date().nullable(),
  wooModifiedAt: z.date().nullable(),
  fetchedAt: z.date(),
  createdAt: z.date(),
  updatedAt: z.date(),
  deletedAt: z.date().nullable(),
});

export const historyInput = z.strictObject({
  ...customerName,
  limit: z.int().min(1).max(100).default(25),
});
export const historyOutput = z.object({
  items: z.array(
    z.object({
      at: z.date(),
      kind: z.enum(['created', 'updated', 'deleted', 'restored']),
      source: z.enum(CHANGE_SOURCES).nullable(),
      queueId: z.string().nullable(),
      changes: z.array(z.object({ field: z.string(), from: z.unknown(), to: z.unknown() })),
    }),
  ),
});

export const organisationSettingsSchema = z.object({ retentionDays: z.number() });
export const setRetentionInput = z.strictObject({ retentionDays: z.int().min(1).max(3650) });
