import {
  type ChannelView,
  type EmailChoice,
  lineText,
  NOTIFICATION_TOPICS,
} from '@mantis-sync/sync-core';
import { z } from 'zod';

/** Input and output of the procedures of `notification`. */

const events = z.array(z.enum(NOTIFICATION_TOPICS)).max(NOTIFICATION_TOPICS.length);

export const setMineInput = z.strictObject({ email: z.boolean(), events });
export const mineOutput = z.object({
  email: z.boolean(),
  events,
  canSend: z.boolean(),
}) satisfies z.ZodType<EmailChoice>;

export const channelInput = z.strictObject({ channelId: z.uuid() });
export const addChannelInput = z.strictObject({
  kind: z.enum(['slack', 'json']),
  name: lineText(100),
  /** Stored encrypted and never returned. */
  url: z.string().min(1).max(2_000),
  events,
});
export const updateChannelInput = z.strictObject({
  channelId: z.uuid(),
  name: lineText(100).optional(),
  events: events.optional(),
});
export const channelSchema = z.object({
  id: z.string(),
  kind: z.enum(['slack', 'json']),
  name: z.string(),
  host: z.string(),
  urlHint: z.string(),
  events,
  lastSentAt: z.date().nullable(),
  lastError: z.string().nullable(),
  createdAt: z.date(),
}) satisfies z.ZodType<ChannelView>;
export const channelsOutput = z.array(channelSchema);
export const testChannelOutput = z.object({ ok: z.boolean(), message: z.string() });
