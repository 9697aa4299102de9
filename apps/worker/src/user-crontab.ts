import { readFileSync } from 'node:fs';
import { parseCrontab, type ParsedCronItem } from 'graphile-worker';
import { z } from 'zod';
import { describePayloadProblem } from './tasks/describe-payload-problem.ts';
import { startPayload } from './tasks/job-payloads.ts';

/** An invalid crontab; the message names the line. */
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
 * @throws CrontabError that names the first invalid line
 */
export function parseUserCrontab(text: string): ParsedCronItem[] {
  const lineOfIdentifier = new Map<string, number>();
  return text.split(/\r?\n/).flatMap((line, index) => {
    const lineNumber = index + 1;
    const item = parseLine(line, lineNumber);
    if (!item) return [];
    const taken = lineOfIdentifier.get(item.identifier);
    if (taken !== undefined) {
      const advice = `distinguish them with ?id=…, such as ?id=${item.identifier}_${lineNumber}`;
      throw wrong(lineNumber, `“${item.identifier}” is already used in line ${taken}: ${advice}`);
    }
    lineOfIdentifier.set(item.identifier, lineNumber);
    return [item];
  });
}

function parseLine(line: string, lineNumber: number): ParsedCronItem | null {
  const item = parseItem(line, lineNumber);
  if (!item) return null;
  const known = TASKS[item.task];
  if (!known) {
    const names = Object.keys(TASKS).join(', ');
    throw wrong(lineNumber, `there is no task “${item.task}”; use one of ${names}`);
  }
  const payload = known.payload.safeParse(item.payload);
  if (!payload.success) throw wrong(lineNumber, describePayloadProblem(payload.error));
  return { ...item, task: known.task };
}

/** Parses one line with graphile-worker's parser; null for an empty line or a comment. */
function parseItem(line: string, lineNumber: number): ParsedCronItem | null {
  try {
    return parseCrontab(line)[0] ?? null;
  } catch (error) {
    // graphile-worker counts from this line only.
    const reason = (error as Error).message
      .replaceAll(/ (on|in) line '?1'? of crontab/g, '')
      .replace(/^Could not process line.*/, 'it does not begin with five times, as `0 3 * * *`');
    throw wrong(lineNumber, reason);
  }
}

function wrong(lineNumber: number, reason: string): CrontabError {
  return new CrontabError(`line ${lineNumber}: ${reason}`);
}
