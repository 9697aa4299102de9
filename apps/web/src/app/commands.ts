import { isOver } from '../api/run-facts.ts';
import { KINDS, PHASES } from '../words/status.ts';
import { NAV_ITEMS, type NavPath } from './nav-items.ts';
import { themes, type Theme } from './theme.ts';
import type { Run, Store } from '../api/trpc.ts';

/** What the command menu can do. */
export type Act =
  | { type: 'go'; to: NavPath }
  | { type: 'connect' }
  | { type: 'store'; storeId: string }
  | { type: 'customers'; storeId?: string; q?: string }
  | { type: 'run'; runId: string }
  | { type: 'start'; storeId: string }
  | { type: 'theme'; theme: Theme }
  | { type: 'help' };

export interface Command {
  id: string;
  label: string;
  /** What it is, beside its label. */
  kind: string;
  act: Act;
}

const shown = 12;
const recentRuns = 5;

/** Commands for what is typed, a search for a customer last; without anything, where to go and what ran last. */
export function findCommands(
  typed: string,
  { stores, runs }: { stores: readonly Store[]; runs: readonly Run[] },
): Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    return [...pages, ...runs.slice(0, recentRuns).map(ofRun), ...themeCommands, help];
  }
  const matching = [
    ...pages,
    ...stores.flatMap(ofStore),
    ...runs.map(ofRun),
    ...themeCommands,
    help,
  ]
    .filter(({ label, kind }) => {
      const text = `${label} ${kind}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .toSorted((a, b) => Number(beginsWith(b, words)) - Number(beginsWith(a, words)))
    .slice(0, shown);
  return [...matching, ofSearch(typed.trim())];
}

const pages: Command[] = [
  ...NAV_ITEMS.map(({ to, label }): Command => ({
    id: `go ${to}`,
    label,
    kind: 'Page',
    act: { type: 'go', to },
  })),
  { id: 'connect', label: 'Connect store', kind: 'Action', act: { type: 'connect' } },
];

const themeCommands = Object.entries(themes).map(([theme, label]): Command => ({
  id: `theme ${theme}`,
  label,
  kind: 'Appearance',
  act: { type: 'theme', theme: theme as Theme },
}));

const help: Command = {
  id: 'help',
  label: 'Keyboard shortcuts',
  kind: 'Help',
  act: { type: 'help' },
};

function ofStore({ id, name, state, lastRun }: Store): Command[] {
  const store: Command = {
    id: `store ${id}`,
    label: name,
    kind: 'Runs of store',
    act: { type: 'store', storeId: id },
  };
  const customers: Command = {
    id: `customers ${id}`,
    label: name,
    kind: 'Customers of store',
    act: { type: 'customers', storeId: id },
  };
  if (state === 'paused' || (lastRun && !isOver(lastRun))) return [store, customers];
  return [
    store,
    customers,
    {
      id: `start ${id}`,
      label: `Start sync of ${name}`,
      kind: 'Action',
      act: { type: 'start', storeId: id },
    },
  ];
}

function ofSearch(q: string): Command {
  return { id: 'find', label: `Find “${q}”`, kind: 'Customers', act: { type: 'customers', q } };
}

function ofRun({ runId, storeName, kind, phase }: Run): Command {
  return {
    id: `run ${runId}`,
    label: `${storeName}, ${KINDS[kind].toLowerCase()}`,
    kind: `Run, ${PHASES[phase].word.toLowerCase()}`,
    act: { type: 'run', runId },
  };
}

const beginsWith = ({ label }: Command, [first]: readonly string[]): boolean =>
  label.toLowerCase().startsWith(first ?? '');
