import type { ActivityEntry } from './trpc.ts';

/** Which part of a log is looked at; all of it, live, where nothing is given. */
export interface ActivityFilter {
  levels?: readonly ActivityEntry['level'][];
  /** Part of the message or of the event's name. */
  text?: string;
  /** The log is held still at this entry. */
  until?: number;
}

/** As the API narrows the log down. */
export function isInView(entry: ActivityEntry, { levels, text, until }: ActivityFilter): boolean {
  if (levels && !levels.includes(entry.level)) return false;
  if (until !== undefined && (entry.seq ?? 0) > until) return false;
  const part = text?.toLowerCase();
  return part === undefined || `${entry.message}\n${entry.event}`.toLowerCase().includes(part);
}

export function isWhole(view: ActivityFilter): boolean {
  return view.levels === undefined && view.text === undefined && view.until === undefined;
}
