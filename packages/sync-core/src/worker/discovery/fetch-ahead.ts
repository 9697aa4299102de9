import {
  nextRequest,
  type PageRequest,
  requestsToPrefetch,
  sameRequest,
  type WalkState,
} from '../../domain/walk.ts';
import type { CustomerPage } from '../../woo/customer-page.ts';
import { BudgetSpentError } from '../request-budget.ts';

interface Flight {
  request: PageRequest;
  answer: Promise<CustomerPage>;
  /** Resolves once its response has a place, or needs none. */
  admitted: Promise<void>;
  /** Releases its place. */
  release: () => void;
  abort: AbortController;
}

export interface PrefetchDeps {
  /** @param beforeBody must be called after the response headers; the body is read once it resolves */
  fetchPage: (
    request: PageRequest,
    signal: AbortSignal,
    beforeBody: () => Promise<void>,
  ) => Promise<CustomerPage>;
  /** Waits for a place among the responses in memory. @returns releases the place */
  takePlace: () => Promise<() => void>;
  /** Reserves requests from the run's budget; false if it is too small. */
  spend: (requests: number) => Promise<boolean>;
}

export interface Prefetch {
  /**
   * The response to the walk's next request. Likely next requests are sent in parallel. The response keeps
   * its place until the next call.
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
  /** Aborts all requests, and those that `next` still sends. */
  stop: () => void;
}

/** Prefetches the next pages of a walk. */
export function createPrefetch({ fetchPage, takePlace, spend }: PrefetchDeps): Prefetch {
  let flights: Flight[] = [];
  let current: Flight | undefined;
  let prepaid = 0;
  let isStopped = false;

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

  /**
   * Responses get places in the order of the walk: a later page cannot be saved, and its place cannot be
   * released, before this one has a place.
   */
  function launch(request: PageRequest): Flight {
    const before = flights.at(-1)?.admitted;
    const abort = new AbortController();
    if (isStopped) abort.abort();
    const admitted = Promise.withResolvers<void>();
    let releasePlace: (() => void) | undefined;
    const release = () => releasePlace?.();
    const answer = fetchPage(request, abort.signal, async () => {
      await before;
      releasePlace = await takePlace();
      if (abort.signal.aborted) release();
      admitted.resolve();
    });
    // Awaited later or never: an unused failed request must not end the process.
    answer.catch(release).finally(admitted.resolve);
    return { request, answer, admitted: admitted.promise, release, abort };
  }

  function isHeadUnderWay(head: PageRequest): boolean {
    return flights.some((flight) => sameRequest(flight.request, head));
  }

  function giveUp(flight: Flight): void {
    flight.abort.abort();
    flight.release();
  }

  async function launchMissing(wanted: PageRequest[]): Promise<void> {
    const missing = missingOf(wanted);
    if (missing.length === 0) return;
    if (await pay(missing.length)) {
      for (const request of missing) flights.push(launch(request));
      return;
    }
    const [head] = wanted as [PageRequest];
    if (!missing.some((request) => sameRequest(request, head))) return;
    if (!(await pay(1))) throw new BudgetSpentError();
    flights.push(launch(head));
  }

  function stop(): void {
    isStopped = true;
    for (const flight of flights) giveUp(flight);
    flights = [];
    if (current) giveUp(current);
  }

  return {
    async next(walk, total, ahead, { onlyNext } = { onlyNext: false }) {
      const wanted = requestsToPrefetch(walk, total, ahead);
      const [head] = wanted as [PageRequest];
      current?.release();
      const isUseful = isHeadUnderWay(head)
        ? (flight: Flight) => wanted.some((request) => sameRequest(flight.request, request))
        : () => false;
      for (const flight of flights) if (!isUseful(flight)) giveUp(flight);
      flights = flights.filter(isUseful);
      await launchMissing(onlyNext ? wanted.slice(0, 1) : wanted);
      const flight = flights.find(({ request }) => sameRequest(request, head)) as Flight;
      flights = flights.filter((other) => other !== flight);
      current = flight;
      return { request: head, page: await flight.answer };
    },
    isUnderWay: (walk) => isHeadUnderWay(nextRequest(walk)),
    missing: (walk, total, ahead) => missingOf(requestsToPrefetch(walk, total, ahead)).length,
    prepay(requests) {
      prepaid += requests;
    },
    stop,
  };
}
