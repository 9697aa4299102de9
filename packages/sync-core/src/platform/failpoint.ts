/**
 * The places at which a test can crash a process, each named after what just happened or is about to happen.
 * They have no effect unless `armFailpoint` was called, which programs do only in tests.
 */
export const FAILPOINTS = [
  'discovery.before_fetch',
  'discovery.after_answer',
  'discovery.rows_prepared',
  'discovery.customers_written',
  'discovery.lines_inserted',
  'discovery.page_committed',
  'discovery.slice_over',
  'processing.claimed',
  'processing.line',
  'processing.before_apply',
  'processing.customers_written',
  'processing.completed',
  'processing.applied',
  'processing.slice_over',
  'sweep.dead_removed',
  'sweep.reclaimed',
  'start.inserted',
  'retry.lines_reset',
  'force_done.lines_cancelled',
  'notification.sent',
] as const;

export type Failpoint = (typeof FAILPOINTS)[number];

type Hit = (name: Failpoint, wooId: number | null) => void;

const passOn: Hit = () => undefined;
let hit = passOn;

/**
 * Marks a place at which a test can crash the process.
 *
 * @param wooId the customer being processed, if any
 */
export function failpoint(name: Failpoint, wooId: number | null = null): void {
  hit(name, wooId);
}

/** Thrown by a failpoint armed with `throw`. */
export class FailpointError extends Error {
  override readonly name = 'FailpointError';
}

/** A failpoint armed in the current process. */
export interface ArmedFailpoint {
  /** Number of times it was reached. */
  readonly hits: number;
  disarm(): void;
}

/**
 * Arms one failpoint: its name, optionally a customer, the hit at which it acts, and the action.
 *
 * @param spec `name[@woo id][:hit][:kill|stop|throw]`; default: the first hit, `kill` (SIGKILL). `stop` is
 * SIGSTOP. Only that hit acts, except that `throw` also acts on every later one.
 * @throws TypeError if there is no such failpoint
 */
export function armFailpoint(spec: string): ArmedFailpoint {
  const match = /^([a-z._]+)(?:@(\d+))?(?::(\d+))?(?::(kill|stop|throw))?$/.exec(spec);
  const armed = FAILPOINTS.find((name) => name === match?.[1]);
  if (!match || !armed) throw new TypeError(`"${spec}" is not a failpoint`);
  const wooId = match[2] === undefined ? null : Number(match[2]);
  const first = Number(match[3] ?? 1);
  const action = match[4] ?? 'kill';
  let hits = 0;
  hit = (name, customer) => {
    if (name !== armed || (wooId !== null && wooId !== customer)) return;
    hits += 1;
    if (action === 'throw' && hits >= first) throw new FailpointError(`Failpoint ${name}`);
    if (action !== 'throw' && hits === first)
      process.kill(process.pid, action === 'stop' ? 'SIGSTOP' : 'SIGKILL');
  };
  return {
    get hits() {
      return hits;
    },
    disarm: () => void (hit = passOn),
  };
}
