/**
 * Lets identical reads share one query. Callers during a running query share the next one: nobody gets a
 * result of a query that began before the call.
 */
export type ShareRead = <T>(key: string, read: () => Promise<T>) => Promise<T>;

export function createSharedReads(): ShareRead {
  const running = new Map<string, Promise<unknown>>();
  const waiting = new Map<string, Promise<unknown>>();

  return function share<T>(key: string, read: () => Promise<T>): Promise<T> {
    function begin(): Promise<T> {
      waiting.delete(key);
      const answer = read().finally(() => {
        if (running.get(key) === answer) running.delete(key);
      });
      running.set(key, answer);
      return answer;
    }
    const next = waiting.get(key);
    // The key determines the query, and so the type.
    if (next) return next as Promise<T>;
    const current = running.get(key);
    if (!current) return begin();
    const answer = current.then(begin, begin);
    waiting.set(key, answer);
    return answer;
  };
}
