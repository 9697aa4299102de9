import type { ActivityEntry } from './trpc.ts';

/** Filter of the activity; by default all of it, with live updates. */
export interface ActivityFilter {
  levels?: readonly ActivityEntry['level'][];
  /** Part of the message or of the event's name. */
  text?: string;
  /** Updates are paused at this entry. */
  until?: number;
}

/** The filter as parameters of the API. */
export function isInView(entry: ActivityEntry, { levels, text, until }: ActivityFilter): boolean {
  if (levels && !levels.includes(entry.level)) return false;
  if (until !== undefined && (entry.seq ?? 0) > until) return false;
  const part = text?.toLowerCase();
  return part === undefined || `${entry.message}\n${entry.event}`.toLowerCase().includes(part);
}

export function isWhole(view: ActivityFilter): boolean {
  return view.levels === undefined && view.text === undefined && view.until === undefined;
}
