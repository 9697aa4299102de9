/** One request as the store saw it, without credentials. */
export interface RequestEntry {
  /** Counts from 1. */
  readonly n: number;
  readonly method: string;
  readonly path: string;
  /** The query string with keys, secrets and signatures replaced by `***`. */
  readonly query: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** 0 until a response has started. */
  status: number;
  /** Customers served. */
  rows: number;
  /** Kinds of the faults that were applied. */
  faults: string[];
}

const secretNames = /(^|&)((?:consumer_key|consumer_secret|oauth_[a-z_]+)=)[^&]*/g;

/** Removes credentials from the query of a log entry. */
export function redactQuery(rawQuery: string): string {
  return rawQuery.replace(secretNames, '$1$2***');
}

/** Keeps the last `limit` requests; numbering continues. */
export function createRequestLog(now: () => number, limit = 100_000) {
  const entries: RequestEntry[] = [];
  let count = 0;
  return {
    entries,
    open(method: string, path: string, rawQuery: string): RequestEntry {
      const query = redactQuery(rawQuery);
      const entry = {
        n: ++count,
        method,
        path,
        query,
        time: now(),
        status: 0,
        rows: 0,
        faults: [],
      };
      entries.push(entry);
      if (entries.length > limit) entries.splice(0, entries.length - limit);
      return entry;
    },
  };
}
