import type { ActivityEntry, Run } from '../run.ts';

/** What a terminal can show. */
export interface Screen {
  columns: number;
  color: boolean;
}

const BAR_WIDTH = 24;
const CODES = { green: 32, yellow: 33, red: 31, dim: 2 } as const;
type Colour = keyof typeof CODES;

/** A bar with counts, rate and time left, then what is done, of which a narrow screen shows less. */
export function renderBar(run: Run, { columns, color }: Screen): string {
  const filled = Math.round((clamp(run.percent) / 100) * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const text = ` ${[...figuresOf(run), nameOf(run)].join('  ')}`;
  const room = Math.max(0, columns - BAR_WIDTH - 1);
  return paint(bar, toneOf(run), color) + shorten(text, room);
}

/** A run in one line of words. */
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
    `${Math.floor(clamp(run.percent))} %`,
    `${handled}/${counts.total}`,
    counts.failed > 0 && `${counts.failed} failed`,
    run.ratePerSecond !== null && `${round(run.ratePerSecond)}/s`,
    run.secondsLeft !== null && `${duration(run.secondsLeft)} left`,
  ].filter((text) => text !== false);
}

/** A run over several lines, for whoever asks once. */
export function renderRun(run: Run, color: boolean): string {
  const { counts, outcomes } = run;
  const rows: [string, string][] = [
    ['run', run.runId],
    ['store', `${run.storeName} (${run.storeId})`],
    ['kind', run.kind],
    ['state', paint(stateOf(run), toneOf(run), color)],
    [
      'customers',
      `${counts.total}: ${counts.done} done, ${counts.failed} failed, ${counts.cancelled} cancelled`,
    ],
    [
      'outcomes',
      Object.entries(outcomes)
        .map(([name, count]) => `${count} ${name}`)
        .join(', '),
    ],
    ['round', `${run.round}; ${run.processCount} of ${run.maxRounds} ended with failures`],
    ['started', run.startedAt ?? 'not yet'],
    ['finished', run.finishedAt ?? 'not yet'],
  ];
  if (run.action) rows.push(['needs you', run.action.reason]);
  if (run.wait) rows.push(['waits', run.wait.reason]);
  return table(rows);
}

export function renderEntry(
  { seq, at, level, event, message }: ActivityEntry,
  color: boolean,
): string {
  const tone = level === 'error' ? 'red' : level === 'warning' ? 'yellow' : 'dim';
  return `${paint(at, 'dim', color)} ${String(seq ?? '-').padStart(4)} ${paint(level.padEnd(7), tone, color)} ${event}  ${clean(message)}`;
}

/** Columns by the longest cell of each. */
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

/** Seconds in the largest two units. */
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
