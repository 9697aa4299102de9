import type { Look } from '../ui/look.ts';
import { capitalise, formatDuration } from './format.ts';
import { isListBroken, isOver, secondsOf } from '../api/run-facts.ts';
import type { ActivityEntry, Line, Run, Schedule } from '../api/trpc.ts';

export const PHASES: Record<Run['phase'], Look> = {
  queued: { word: 'Queued', tone: 'idle', icon: 'circle' },
  discovering: { word: 'Reading list', tone: 'busy', icon: 'list' },
  processing: { word: 'Processing', tone: 'active', icon: 'play' },
  retrying: { word: 'Retrying', tone: 'wait', icon: 'retry' },
  waiting_for_store: { word: 'Waiting for store', tone: 'wait', icon: 'clock' },
  paused: { word: 'Paused', tone: 'wait', icon: 'pause' },
  reconciling: { word: 'Reconciling', tone: 'busy', icon: 'scales' },
  done: { word: 'Done', tone: 'good', icon: 'check' },
  partial: { word: 'Partial', tone: 'partial', icon: 'half' },
  failed: { word: 'Failed', tone: 'bad', icon: 'cross' },
};

export const SCHEDULES: Record<Schedule['state'], Look> = {
  active: { word: 'Active', tone: 'good', icon: 'check' },
  paused: { word: 'Paused', tone: 'wait', icon: 'pause' },
};

/** Kinds of runs. */
export const KINDS: Record<Run['kind'], string> = {
  full: 'Full sync',
  delta: 'Delta',
  reconcile: 'Reconcile',
  webhook: 'Webhook changes',
};

/** What each kind of run does. */
export const PURPOSES: Record<Exclude<Run['kind'], 'webhook'>, string> = {
  full: 'Reads every customer of the store.',
  delta: 'Reads new and recently active customers, and verifies a part of the rest.',
  reconcile: 'Compares every customer with the store and finds deleted ones.',
};

/** States in filters. */
export const RUN_STATES: Record<Run['state'], string> = {
  draft: 'Queued',
  processing: 'Running',
  done: 'Done',
  partial: 'Partial',
  failed: 'Failed',
};

export const LINES: Record<Line['state'], Look> = {
  draft: { word: 'Waiting', tone: 'idle', icon: 'circle' },
  processing: { word: 'In progress', tone: 'active', icon: 'play' },
  done: { word: 'Synced', tone: 'good', icon: 'check' },
  failed: { word: 'Failed', tone: 'bad', icon: 'cross' },
  cancelled: { word: 'Cancelled', tone: 'idle', icon: 'slash' },
};

/** What a run did with a customer. */
export const OUTCOMES: Record<NonNullable<Line['outcome']>, string> = {
  created: 'Created',
  updated: 'Updated',
  unchanged: 'Unchanged',
  deleted: 'Deleted',
};

export const LEVELS: Record<ActivityEntry['level'], Look> = {
  info: { word: 'Info', tone: 'idle', icon: 'dot' },
  warning: { word: 'Warning', tone: 'wait', icon: 'alert' },
  error: { word: 'Error', tone: 'bad', icon: 'cross' },
};

/** Who starts runs, as in “started by a person”. */
export const STARTERS: Record<Run['startedBy']['type'], string> = {
  user: 'a person',
  api_key: 'an API key',
  cron: 'schedule',
  webhook: 'webhook',
  system: 'Mantis Sync',
};

/** `Ada`, or `schedule` for a run not started by a person or key. */
export function starterOf({ startedBy: { type, name } }: Pick<Run, 'startedBy'>): string {
  return type === 'user' || type === 'api_key' ? (name ?? STARTERS[type]) : STARTERS[type];
}

/** Who did what an entry of the activity tells. */
export function actorOf({ type, name }: Pick<ActivityEntry['actor'], 'type' | 'name'>): string {
  if (type === 'user' || type === 'api_key') return name ?? capitalise(STARTERS[type]);
  return STARTERS.system;
}

/** Duration of a run so far; a dash before it starts. */
export function durationText(run: Run): string {
  const seconds = secondsOf(run);
  return seconds === null ? '–' : formatDuration(seconds);
}

/** The state of a run as a pill: a forced run differs from a completed one. */
export function runLook(run: Run): Look {
  return run.forced ? FORCED : PHASES[run.phase];
}

const FORCED: Look = { word: 'Forced', tone: 'partial', icon: 'flag' };

/** What the run is doing, as a sentence; waits count down between messages. */
export function phaseSentence(run: Run, now: number): string {
  if (run.phase === 'waiting_for_store' && run.wait) {
    const seconds = Math.ceil((new Date(run.wait.until).getTime() - now) / 1_000);
    const next = seconds > 0 ? `next try in ${seconds} s` : 'trying again';
    return `Waiting for the store, ${next}: ${run.wait.reason}`;
  }
  // The reason is shown in the banner or beside the pages.
  if (isOver(run) && isListBroken(run)) return 'Could not read the store’s list completely';
  return capitalise(run.phaseText);
}
