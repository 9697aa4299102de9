import type { RequestEntry, WooSim } from '@mantis-sync/woo-sim';

/** A request for customers, from the store's own log. */
export interface CustomerRequest {
  n: number;
  /** `page <offset>`, `ids <id,…>` or `one <id>`. */
  what: string;
  offset: number | null;
  ids: number[];
  status: number;
}

/** The requests for customers after number `after`, oldest first. */
export function customerRequests({ requests }: WooSim, after = 0): CustomerRequest[] {
  return requests.filter(({ n }) => n > after).flatMap(toCustomerRequest);
}

export const lastRequest = ({ requests }: WooSim): number => requests.at(-1)?.n ?? 0;

/** How often each was requested. */
export function timesAsked(requests: readonly CustomerRequest[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { what } of requests) times.set(what, (times.get(what) ?? 0) + 1);
  return times;
}

function toCustomerRequest({ n, path, query, status }: RequestEntry): CustomerRequest[] {
  const one = /\/wc\/v3\/customers\/(\d+)$/.exec(path);
  if (one) return [{ n, what: `one ${one[1]}`, offset: null, ids: [Number(one[1])], status }];
  if (!path.endsWith('/wc/v3/customers')) return [];
  const search = new URLSearchParams(query);
  const include = search.get('include');
  if (include !== null) {
    return [
      { n, what: `ids ${include}`, offset: null, ids: include.split(',').map(Number), status },
    ];
  }
  const offset = Number(search.get('offset') ?? 0);
  return [{ n, what: `page ${offset}`, offset, ids: [], status }];
}
