import type { Progress } from '../watch-run.ts';
import type { Run } from '../run.ts';
import { clean, describeRun, renderBar, renderEntry } from './render-run.ts';

/** Where a command writes. */
export interface Streams {
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

export interface ConsoleOptions extends Streams {
  json: boolean;
  color: boolean;
}

/** The output of a command: data on stdout, the rest on stderr. */
export interface Console {
  json: boolean;
  color: boolean;
  /** A result: the value as one line of JSON, or the text. */
  print(value: unknown, text: string): void;
  /** A note for people, on stderr; nothing with `--json`. */
  say(text: string): void;
  /** The progress of a run: a bar on a terminal, elsewhere a line whenever something is new. */
  progress(progress: Progress): void;
  /** Ends the line of the bar. */
  endBar(): void;
}

/** In percent; a line for each step where there is no terminal. */
const STEP = 10;

export function createConsole({ stdout, stderr, json, color }: ConsoleOptions): Console {
  let hasBar = false;
  const isNew = createNewsFilter();
  const clear = () => {
    if (hasBar) stdout.write('\r\x1b[2K');
    hasBar = false;
  };
  const line = (text: string) => void stdout.write(`${text}\n`);

  function showProgress({ run, activity }: Progress): void {
    clear();
    for (const entry of activity) if (entry.level !== 'info') line(renderEntry(entry, color));
    if (stdout.isTTY) {
      stdout.write(renderBar(run, { columns: stdout.columns || 80, color }));
      hasBar = true;
    } else if (isNew(run)) line(clean(describeRun(run)));
  }

  return {
    json,
    color,
    print(value, text) {
      clear();
      line(json ? JSON.stringify(value) : text);
    },
    say(text) {
      if (json) return;
      clear();
      stderr.write(`${text}\n`);
    },
    progress(progress) {
      if (json) line(JSON.stringify({ type: 'progress', ...progress }));
      else showProgress(progress);
    },
    endBar() {
      if (hasBar) stdout.write('\n');
      hasBar = false;
    },
  };
}

/** Whether a run is worth another line: its phase changed, or it advanced by a step. */
export function createNewsFilter(): (run: Run) => boolean {
  let last = '';
  return (run) => {
    const mark = `${run.phase} ${run.round} ${Math.floor(run.percent / STEP)}`;
    const isNews = mark !== last;
    last = mark;
    return isNews;
  };
}
