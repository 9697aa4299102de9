import { setTimeout as sleep } from 'node:timers/promises';

/** The time that a request takes, in milliseconds. */
export interface Latency {
  /** Every request: PHP and WordPress start. */
  bootMs: number;
  /** Per customer served, whatever fields are requested. */
  perCustomerMs: number;
  /** Concurrent requests; more of them wait. */
  workers?: number;
}

/** As measured on a real store with two PHP cores: 100 customers take about 0.43 s. */
export const realLatency: Latency = Object.freeze({ bootMs: 80, perCustomerMs: 3.5, workers: 2 });

/** The store's PHP: a request takes a worker for the time that it needs. */
export function createPhpWorkers(latency: Latency, signal: AbortSignal) {
  const waiting: (() => void)[] = [];
  let free = latency.workers ?? Infinity;

  return {
    async take(): Promise<void> {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    give(): void {
      const next = waiting.shift();
      if (next) next();
      else free++;
    },
    /** Waits as long as the store would take; returns early if the store is closed. */
    async spend(rows: number): Promise<void> {
      const ms = latency.bootMs + latency.perCustomerMs * rows;
      if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
    },
  };
}
