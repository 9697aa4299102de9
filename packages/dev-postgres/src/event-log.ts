/** Collects what callbacks report, and lets a test wait for an entry. */
export function createEventLog<T>() {
  const entries: T[] = [];
  const waiters = new Set<() => void>();
  return {
    entries,
    add(entry: T) {
      entries.push(entry);
      for (const wake of waiters) wake();
    },
    /** Resolves once `count` entries, past or future, satisfy the predicate. */
    until(predicate: (entry: T) => boolean, count = 1): Promise<void> {
      return new Promise((resolve) => {
        const check = () => {
          if (entries.filter(predicate).length < count) return;
          waiters.delete(check);
          resolve();
        };
        waiters.add(check);
        check();
      });
    },
  };
}
