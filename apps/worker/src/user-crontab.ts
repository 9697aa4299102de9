import { readFileSync } from 'node:fs';
import { parseCrontab, type ParsedCronItem } from 'graphile-worker';
import { z } from 'zod';
import { describePayloadProblem } from './tasks/describe-payload-problem.ts';
import { startPayload } from './tasks/job-payloads.ts';

/** An invalid crontab; the message says what is wrong and where. */
export class CrontabError extends Error {
  override readonly name = 'CrontabError';
}

/** With a fixed key, every later time would return the first run. */
const cronStartPayload = startPayload.extend({
  idempotencyKey: z
    .undefined({ error: 'not allowed in a crontab: it would only ever start one run' })
    .optional(),
});

const noPayload = z.null({ error: 'the task takes none' });

/** Task names for crontabs, which cannot contain a dot. */
const TASKS: Record<string, { task: string; payload: z.ZodType }> = {
  sync_start: { task: 'sync.start', payload: cronStartPayload },
  sync_sweep: { task: 'sync.sweep', payload: noPayload },
  schedule_tick: { task: 'schedule.tick', payload: noPayload },
  webhooks_check: { task: 'webhooks.check', payload: noPayload },
  retention_sweep: { task: 'retention.sweep', payload: noPayload },
};

/** The text itself if it is a crontab; otherwise the content of the file at that path. @throws CrontabError */
export function readCrontabText(textOrPath: string): string {
  if (/^\s*($|[\d*#])/.test(textOrPath) || textOrPath.includes('\n')) return textOrPath;
  try {
    return readFileSync(textOrPath, 'utf8');
  } catch {
    throw new CrontabError(`cannot read a file at ${textOrPath}`);
  }
}

/**
 * Parses a crontab in graphile-worker's format, with times in UTC, such as `0 3 * * * sync_start ?id=night
 * {orgId: "…", storeId: "…"}`.
 * @throws CrontabError that names the first invalid line, or the id of the first invalid entry
 */
export function parseUserCrontab(text: string): ParsedCronItem[] {
  return parse(text).map((item) => {
    const known = TASKS[item.task];
    if (!known) {
      const names = Object.keys(TASKS).join(', ');
      throw new CrontabError(`there is no task “${item.task}”; use one of ${names}`);
    }
    const payload = known.payload.safeParse(item.payload);
    if (payload.success) return { ...item, task: known.task };
    throw new CrontabError(`“${item.identifier}”: ${describePayloadProblem(payload.error)}`);
  });
}

function parse(text: string): ParsedCronItem[] {
  try {
    return parseCrontab(text);
  } catch (error) {
    throw new CrontabError((error as Error).message, { cause: error });
  }
}
