import {
  nextRequest,
  type PageRequest,
  requestsToPrefetch,
  sameRequest,
  type WalkState,
} from '../../domain/walk.ts';
import type { CustomerPage } from '../../woo/customer-page.ts';

/** The run's request budget is used up. */
export class BudgetSpentError extends Error {
  override readonly name = 'BudgetSpentError';
}

interface Flight {
  request: PageRequest;
  answer: Promise<CustomerPage>;
  abort: AbortController;
}

export interface PrefetchDeps {
  fetchPage: (request: PageRequest, signal: AbortSignal) => Promise<CustomerPage>;
  /** Reserves requests from the run's budget; false if it is too small. */
  spend: (requests: number) => Promise<boolean>;
}

export interface Prefetch {
  /**
   * The response to the walk's next request. Likely next requests are sent in parallel.
   *
   * @param options.onlyNext sends no further requests; those in flight continue
   * @throws BudgetSpentError; WooError
   */
  next(
    walk: WalkState,
    total: number | null,
    ahead: number,
    options?: { onlyNext: boolean },
  ): Promise<{ request: PageRequest; page: CustomerPage }>;
  /** Whether the walk's next request is in flight. */
  isUnderWay(walk: WalkState): boolean;
  /** Number of requests that `next` would send for this walk. */
  missing(walk: WalkState, total: number | null, ahead: number): number;
  /** Number of requests already reserved for `next`. */
  prepay(requests: number): void;
  /** Aborts all requests. */
  stop(): void;
}

/** Prefetches the next pages of a walk. */
export function createPrefetch({ fetchPage, spend }: PrefetchDeps): Prefetch {
  let flights: Flight[] = [];
  let prepaid = 0;

  async function pay(requests: number): Promise<boolean> {
    const due = Math.max(0, requests - prepaid);
    if (due > 0 && !(await spend(due))) return false;
    prepaid = Math.max(0, prepaid - requests);
    return true;
  }

  function missingOf(wanted: readonly PageRequest[]): PageRequest[] {
    return wanted.filter(
      (request) => !flights.some((flight) => sameRequest(flight.request, request)),
    );
  }

  function launch(request: PageRequest): Flight {
    const abort = new AbortController();
    const answer = fetchPage(request, abort.signal);
    // Awaited later or never: an unused failed request must not end the process.
    answer.catch(() => undefined);
    return { request, answer, abort };
  }

  async function launchMissing(wanted: PageRequest[]): Promise<void> {
    const missing = missingOf(wanted);
    if (missing.length === 0) return;
    if (await pay(missing.length)) {
      flights.push(...missing.map(launch));
      return;
    }
    const [head] = wanted as [PageRequest];
    if (!missing.some((request) => sameRequest(request, head))) return;
    if (!(await pay(1))) throw new BudgetSpentError('The run’s request budget is used up.');
    flights.push(launch(head));
  }

  function stop(): void {
    for (const flight of flights) flight.abort.abort();
    flights = [];
  }

  return {
    async next(walk, total, ahead, { onlyNext } = { onlyNext: false }) {
      const wanted = requestsToPrefetch(walk, total, ahead);
      const isWanted = (flight: Flight) =>
        wanted.some((request) => sameRequest(flight.request, request));
      for (const flight of flights) if (!isWanted(flight)) flight.abort.abort();
      flights = flights.filter(isWanted);
      await launchMissing(onlyNext ? wanted.slice(0, 1) : wanted);
      const [head] = wanted as [PageRequest];
      const flight = flights.find(({ request }) => sameRequest(request, head)) as Flight;
      flights = flights.filter((other) => other !== flight);
      return { request: head, page: await flight.answer };
    },
    isUnderWay(walk) {
      const next = nextRequest(walk);
      return flights.some((flight) => sameRequest(flight.request, next));
    },
    missing: (walk, total, ahead) => missingOf(requestsToPrefetch(walk, total, ahead)).length,
    prepay(requests) {
      prepaid += requests;
    },
    stop,
  };
}
