/**
 * Lets equal reads share one query. Whoever asks while one runs gets the next, which all who ask meanwhile
 * share: nobody gets an answer that was begun before they asked.
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
    // The key names what is read, and so its type.
    if (next) return next as Promise<T>;
    const current = running.get(key);
    if (!current) return begin();
    const answer = current.then(begin, begin);
    waiting.set(key, answer);
    return answer;
  };
}
