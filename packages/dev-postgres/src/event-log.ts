/** Collects what callbacks report, and lets a test wait for the next entry that it looks for. */
export function createEventLog<T>() {
  const entries: T[] = [];
  const waiters = new Set<() => void>();
  return {
    entries,
    add(entry: T) {
      entries.push(entry);
      for (const wake of waiters) wake();
    },
    /** Resolves once an entry, past or to come, satisfies the predicate `count` times. */
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
