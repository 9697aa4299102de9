import { isOver } from '../api/run-facts.ts';
import { KINDS, PHASES } from '../words/status.ts';
import { NAV_ITEMS, type NavPath } from './nav-items.ts';
import { DENSITY, THEME } from './appearance.ts';
import type { CustomerItem, Run, Store } from '../api/trpc.ts';
import type { Access } from '../api/use-access.ts';
import { nameOf } from '../words/customer.ts';

/** An entry of the command menu. */
export type Act =
  | { type: 'go'; to: NavPath }
  | { type: 'connect' }
  | { type: 'store'; storeId: string }
  | { type: 'customers'; storeId?: string; q?: string }
  | { type: 'customer'; storeId: string; wooId: number }
  | { type: 'run'; runId: string }
  | { type: 'start'; storeId: string }
  | { type: 'appearance'; choose: () => void }
  | { type: 'help' };

export interface Command {
  id: string;
  label: string;
  /** Its type, beside the label. */
  kind: string;
  act: Act;
}

const shown = 12;
const recentRuns = 5;

/** The data of commands; customers are those found for the query. */
export interface Known {
  stores: readonly Store[];
  runs: readonly Run[];
  customers: readonly CustomerItem[];
  access: Access;
}

/** Commands for a query, with customers and their search last; without a query, pages and the last runs. */
export function findCommands(typed: string, known: Known): Command[] {
  const { stores, runs, customers, access } = known;
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const pages = access.canAdmin ? [...goCommands, connect] : goCommands;
  if (words.length === 0) {
    return [...pages, ...runs.slice(0, recentRuns).map(ofRun), ...appearanceCommands, help];
  }
  const isMatch = ({ label, kind }: Command) => {
    const text = `${label} ${kind}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const matching = [
    ...pages,
    ...stores.flatMap((store) => ofStore(store, access.canOperate)),
    // A few, so that the many runs of a store do not displace what can be done with it.
    ...runs.map(ofRun).filter(isMatch).slice(0, recentRuns),
    ...appearanceCommands,
    help,
  ]
    .filter(isMatch)
    .toSorted((a, b) => Number(beginsWith(b, words)) - Number(beginsWith(a, words)))
    .slice(0, shown);
  return [...matching, ...customers.map(ofCustomer), ofSearch(typed.trim())];
}

const goCommands = NAV_ITEMS.map(({ to, label }): Command => ({
  id: `go ${to}`,
  label,
  kind: 'Page',
  act: { type: 'go', to },
}));

const connect: Command = {
  id: 'connect',
  label: 'Connect store',
  kind: 'Action',
  act: { type: 'connect' },
};

const appearanceCommands = [THEME, DENSITY].flatMap(({ choices }) =>
  choices.map(({ label, choose }): Command => ({
    id: label,
    label,
    kind: 'Appearance',
    act: { type: 'appearance', choose },
  })),
);

const help: Command = {
  id: 'help',
  label: 'Keyboard shortcuts',
  kind: 'Help',
  act: { type: 'help' },
};

function ofStore({ id, name, state, lastRun }: Store, canOperate: boolean): Command[] {
  const canStart = canOperate && state !== 'paused' && (!lastRun || isOver(lastRun));
  return [
    { id: `store ${id}`, label: name, kind: 'Store', act: { type: 'store', storeId: id } },
    {
      id: `customers ${id}`,
      label: name,
      kind: 'Customers of store',
      act: { type: 'customers', storeId: id },
    },
    ...(canStart
      ? [
          {
            id: `start ${id}`,
            label: `Start a run of ${name}`,
            kind: 'Action',
            act: { type: 'start', storeId: id },
          } satisfies Command,
        ]
      : []),
  ];
}

function ofCustomer(customer: CustomerItem): Command {
  const { storeId, wooId, email } = customer;
  const name = nameOf(customer);
  return {
    id: `customer ${storeId} ${wooId}`,
    label: email && email !== name ? `${name}, ${email}` : name,
    kind: 'Customer',
    act: { type: 'customer', storeId, wooId },
  };
}

function ofSearch(q: string): Command {
  return {
    id: 'find',
    label: `Search customers for “${q}”`,
    kind: 'Customers',
    act: { type: 'customers', q },
  };
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
