import { setTimeout as delay } from 'node:timers/promises';

/**
 * Lets identical reads share one query: callers of the same moment, and those that wait while it may not run
 * yet. Nobody gets a result of a query that began before the call.
 */
export type ShareRead = <T>(key: string, read: () => Promise<T>) => Promise<T>;

/** @param pace `gapMs`: shortest time between the beginnings of two reads of one key, however many callers there are */
export function createSharedReads(pace: { gapMs: number }): ShareRead {
  const running = new Map<string, Promise<unknown>>();
  const waiting = new Map<string, Promise<unknown>>();
  const lastBegan = new Map<string, number>();

  async function readNext<T>(key: string, read: () => Promise<T>): Promise<T> {
    await running.get(key)?.catch(() => undefined);
    const mayBegin = (lastBegan.get(key) ?? Number.NEGATIVE_INFINITY) + pace.gapMs;
    await delay(Math.max(0, mayBegin - performance.now()), undefined, { ref: false });
    waiting.delete(key);
    const beganAt = performance.now();
    lastBegan.set(key, beganAt);
    setTimeout(() => {
      if (lastBegan.get(key) === beganAt) lastBegan.delete(key);
    }, pace.gapMs).unref();
    const answer = read().finally(() => {
      if (running.get(key) === answer) running.delete(key);
    });
    running.set(key, answer);
    return answer;
  }

  return function share<T>(key: string, read: () => Promise<T>): Promise<T> {
    // The key determines the query, and so the type.
    const next = waiting.get(key) as Promise<T> | undefined;
    if (next) return next;
    const answer = readNext(key, read);
    waiting.set(key, answer);
    return answer;
  };
}
