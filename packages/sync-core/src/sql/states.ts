import {
  ACTIVE_RUN_STATES,
  DISCOVERY_EVENTS,
  DISCOVERY_TRANSITIONS,
  LINE_EVENTS,
  LINE_TRANSITIONS,
  OPEN_DISCOVERY_STATES,
} from '../domain/state-machine.ts';

/** A transition in SQL: `where state ${from}` and `set state = ${to}`. */
interface Move {
  from: string;
  to: string;
}

/** Transitions of a line, from `LINE_TRANSITIONS`. */
export const LINE = movesOf(LINE_TRANSITIONS, LINE_EVENTS);

/** Transitions of a discovery, from `DISCOVERY_TRANSITIONS`. */
export const DISCOVERY = movesOf(DISCOVERY_TRANSITIONS, DISCOVERY_EVENTS);

/** `queue.state ${IS_ACTIVE_RUN}` */
export const IS_ACTIVE_RUN = oneOf(ACTIVE_RUN_STATES);

/** `discovery_state ${IS_OPEN_DISCOVERY}` */
export const IS_OPEN_DISCOVERY = oneOf(OPEN_DISCOVERY_STATES);

function movesOf<Event extends string>(
  table: Record<string, Record<Event, string | null>>,
  events: readonly Event[],
): Record<Event, Move> {
  const moves = events.map((event) => {
    const steps = Object.entries(table).flatMap(([from, to]) =>
      to[event] === null ? [] : [{ from, to: to[event] }],
    );
    const targets = new Set(steps.map(({ to }) => to));
    const [target] = targets;
    if (target === undefined || targets.size > 1)
      throw new Error(`${event} leads to no state, or to several`);
    return [event, { from: oneOf(steps.map(({ from }) => from)), to: `'${target}'` }] as const;
  });
  return Object.fromEntries(moves) as Record<Event, Move>;
}

/** A single state is compared with `=`, so that the planner can match partial indexes. */
function oneOf(states: readonly string[]): string {
  const [first] = states;
  return states.length === 1
    ? `= '${first}'`
    : `in (${states.map((state) => `'${state}'`).join(', ')})`;
}
