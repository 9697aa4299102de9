/**
 * The places at which a test can bring a process down, each named for what has just happened or is about
 * to. Nothing happens at any of them unless `armFailpoint` was called, which programs do in tests alone.
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
  'processing.settled',
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
 * Marks a place at which a test can bring the process down.
 *
 * @param wooId the customer in hand, where it is about one
 */
export function failpoint(name: Failpoint, wooId: number | null = null): void {
  hit(name, wooId);
}

/** Thrown at a failpoint that was armed to throw. */
export class FailpointError extends Error {
  override readonly name = 'FailpointError';
}

/** A failpoint that was armed, in a process that outlives it. */
export interface ArmedFailpoint {
  /** Times that it was reached. */
  readonly hits: number;
  disarm(): void;
}

/**
 * Arms one failpoint: `name`, the customer it is about, from which hit on, and what happens there.
 *
 * @param spec `name[@woo id][:hit][:kill|stop|throw]`; the first hit and `kill` (SIGKILL, no last words)
 *   unless given. `stop` is SIGSTOP. Only that hit acts, but `throw` goes on with every later one.
 * @throws TypeError where it names no failpoint
 */
export function armFailpoint(spec: string): ArmedFailpoint {
  const match = /^([a-z._]+)(?:@(\d+))?(?::(\d+))?(?::(kill|stop|throw))?$/.exec(spec);
  const armed = FAILPOINTS.find((name) => name === match?.[1]);
  if (!match || !armed) throw new TypeError(`"${spec}" is no failpoint`);
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
