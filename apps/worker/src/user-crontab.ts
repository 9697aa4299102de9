import { readFileSync } from 'node:fs';
import { parseCrontab, type ParsedCronItem } from 'graphile-worker';
import { z } from 'zod';
import { describePayloadProblem } from './tasks/describe-payload-problem.ts';
import { startPayload } from './tasks/job-payloads.ts';

/** What is wrong with a crontab, and in which line. */
export class CrontabError extends Error {
  override readonly name = 'CrontabError';
}

/** Every time after the first, the same key would return the first run. */
const cronStartPayload = startPayload.extend({
  idempotencyKey: z
    .undefined({ error: 'a crontab cannot have one: it would start one run ever' })
    .optional(),
});

const noPayload = z.null({ error: 'the task takes none' });

/** Tasks that a crontab may name: it cannot write a dot. */
const TASKS: Record<string, { task: string; payload: z.ZodType }> = {
  sync_start: { task: 'sync.start', payload: cronStartPayload },
  sync_sweep: { task: 'sync.sweep', payload: noPayload },
  schedule_tick: { task: 'schedule.tick', payload: noPayload },
  webhooks_check: { task: 'webhooks.check', payload: noPayload },
  retention_sweep: { task: 'retention.sweep', payload: noPayload },
};

/** The text itself where it is one; else it is the path of a file. @throws CrontabError */
export function readCrontabText(textOrPath: string): string {
  if (/^\s*($|[\d*#])/.test(textOrPath) || textOrPath.includes('\n')) return textOrPath;
  try {
    return readFileSync(textOrPath, 'utf8');
  } catch {
    throw new CrontabError(`there is no file that can be read at ${textOrPath}`);
  }
}

/**
 * Reads a crontab of graphile-worker's form, whose times are UTC, such as
 * `0 3 * * * sync_start ?id=night {orgId: "…", storeId: "…"}`.
 * @throws CrontabError that names the first line that is wrong
 */
export function parseUserCrontab(text: string): ParsedCronItem[] {
  const lineOfIdentifier = new Map<string, number>();
  return text.split(/\r?\n/).flatMap((line, index) => {
    const lineNumber = index + 1;
    const item = parseLine(line, lineNumber);
    if (!item) return [];
    const taken = lineOfIdentifier.get(item.identifier);
    if (taken !== undefined) {
      const advice = `tell them apart by ?id=…, such as ?id=${item.identifier}_${lineNumber}`;
      throw wrong(lineNumber, `“${item.identifier}” stands in line ${taken} already: ${advice}`);
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

/** One line by graphile-worker's own parser; null for an empty line or a comment. */
function parseItem(line: string, lineNumber: number): ParsedCronItem | null {
  try {
    return parseCrontab(line)[0] ?? null;
  } catch (error) {
    // It counts from this line alone.
    const reason = (error as Error).message
      .replaceAll(/ (on|in) line '?1'? of crontab/g, '')
      .replace(/^Could not process line.*/, 'it does not begin with five times, as `0 3 * * *`');
    throw wrong(lineNumber, reason);
  }
}

function wrong(lineNumber: number, reason: string): CrontabError {
  return new CrontabError(`line ${lineNumber}: ${reason}`);
}
