import type { ActivityEntry, Run } from '../run.ts';

/** What a terminal can show. */
export interface Screen {
  columns: number;
  color: boolean;
}

const BAR_WIDTH = 24;
const CODES = { green: 32, yellow: 33, red: 31, dim: 2 } as const;
type Colour = keyof typeof CODES;

/** A bar with counts, rate, time left and phase, cut off at the width of the screen. */
export function renderBar(run: Run, { columns, color }: Screen): string {
  const filled = Math.round((clamp(run.percent) / 100) * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const text = ` ${[...figuresOf(run), nameOf(run)].join('  ')}`;
  const room = Math.max(0, columns - BAR_WIDTH - 1);
  return paint(bar, toneOf(run), color) + shorten(text, room);
}

/** A run in one line of text. */
export function describeRun(run: Run): string {
  return [nameOf(run), ...figuresOf(run)].join('  ');
}

function nameOf({ storeName, phaseText }: Run): string {
  return `${storeName}: ${phaseText}`;
}

function figuresOf(run: Run): string[] {
  const { counts } = run;
  const handled = counts.done + counts.failed + counts.cancelled;
  return [
    `${Math.floor(clamp(run.percent))}%`,
    `${number(handled)}/${number(totalOf(run))}`,
    counts.failed > 0 && `${number(counts.failed)} failed`,
    run.ratePerSecond !== null && `${round(run.ratePerSecond)}/s`,
    run.secondsLeft !== null && `${duration(run.secondsLeft)} left`,
  ].filter((text) => text !== false);
}

/** Customers that the run will have, as far as known: while a complete list is read, the store's total. */
function totalOf({ kind, counts, discovery }: Run): number {
  const isReading = discovery.state === 'pending' || discovery.state === 'walking';
  const isWholeList = kind === 'full' || kind === 'reconcile';
  return isReading && isWholeList
    ? Math.max(discovery.storeTotal ?? 0, counts.total)
    : counts.total;
}

/** The page of a run in the dashboard. */
export function linkToRun({ linkTo }: { linkTo(path: string): string }, runId: string): string {
  return linkTo(`/runs/${runId}`);
}

/** A run over several lines. */
export function renderRun(run: Run, link: string, color: boolean): string {
  const { counts, outcomes } = run;
  const rows: [string, string][] = [
    ['run', run.runId],
    ['store', `${run.storeName} (${run.storeId})`],
    ['kind', run.kind],
    ['started by', clean(starterOf(run))],
    ['state', paint(stateOf(run), toneOf(run), color)],
    [
      'customers',
      `${number(counts.total)}: ${number(counts.done)} done, ${number(counts.failed)} failed, ${number(counts.cancelled)} cancelled`,
    ],
    [
      'outcomes',
      Object.entries(outcomes)
        .map(([name, count]) => `${number(count)} ${name}`)
        .join(', '),
    ],
    ['round', `${run.round}; ${run.processCount} of ${run.maxRounds} ended with failures`],
    ['started', run.startedAt ? `${dateTime(run.startedAt)} (${ago(run.startedAt)})` : 'not yet'],
    [
      'finished',
      run.finishedAt ? `${dateTime(run.finishedAt)} (${ago(run.finishedAt)})` : 'not yet',
    ],
    ['dashboard', link],
  ];
  if (run.action) rows.push(['decision needed', run.action.reason]);
  if (run.wait) rows.push(['waiting', run.wait.reason]);
  return table(rows);
}

export function renderEntry(
  { seq, at, level, event, message }: ActivityEntry,
  color: boolean,
): string {
  const tone = level === 'error' ? 'red' : level === 'warning' ? 'yellow' : 'dim';
  return `${paint(dateTime(at), 'dim', color)} ${String(seq ?? '-').padStart(4)} ${paint(level.padEnd(7), tone, color)} ${event}  ${clean(message)}`;
}

/** A number as the dashboard shows it, such as `20,000`. */
export const number = (value: number): string => NUMBERS.format(value);

const NUMBERS = new Intl.NumberFormat('en-GB');

/** Who started a run: the name of a person or key, or a word for what started it. */
export function starterOf({ startedBy: { type, name } }: Run): string {
  return (type === 'user' || type === 'api_key') && name !== null ? name : STARTERS[type];
}

const STARTERS: Record<Run['startedBy']['type'], string> = {
  user: 'a person',
  api_key: 'an API key',
  cron: 'schedule',
  webhook: 'webhook',
  system: 'Mantis Sync',
};

const TIME = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
});

/** A time in the reader's zone, such as “29 Nov 2026, 17:04:05”. */
export function dateTime(time: string): string {
  return TIME.format(new Date(time));
}

/** How long ago, in its largest unit, such as “5 min ago”; empty for no time. */
export function ago(time: string | null, now = Date.now()): string {
  if (time === null) return '';
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1_000));
  if (seconds >= 2 * DAY_S) return `${Math.floor(seconds / DAY_S)} days ago`;
  if (seconds >= 3_600) return `${Math.floor(seconds / 3_600)} h ago`;
  return seconds >= 60 ? `${Math.floor(seconds / 60)} min ago` : `${seconds} s ago`;
}

const DAY_S = 86_400;

/** Aligns columns to the longest cell of each. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => clean(row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < row.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell))
        .join('  '),
    )
    .join('\n');
}

export function paint(text: string, colour: Colour, color: boolean): string {
  return color ? `\x1b[${CODES[colour]}m${text}\x1b[0m` : text;
}

/** A duration in its two largest units. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}

/** Names and messages come from stores and people: they must not move the cursor. */
export function clean(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

function stateOf({ state, phaseText }: Run): string {
  return state === phaseText ? state : `${state}: ${phaseText}`;
}

function toneOf(run: Run): Colour {
  if (run.state === 'failed') return 'red';
  if (run.state === 'partial' || run.isActionRequired || run.wait) return 'yellow';
  return 'green';
}

function shorten(text: string, room: number): string {
  const characters = Array.from(clean(text));
  if (characters.length <= room) return characters.join('');
  return `${characters.slice(0, Math.max(0, room - 1)).join('')}…`;
}

function round(rate: number): string {
  return rate >= 10 ? String(Math.round(rate)) : rate.toFixed(1);
}

function clamp(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}
