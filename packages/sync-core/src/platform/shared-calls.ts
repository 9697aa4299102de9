import { setTimeout as delay } from 'node:timers/promises';

/**
 * Lets identical calls share one execution: those of the same moment, and those that come while it may not run
 * yet. Nobody shares an execution that began before the call.
 */
export type ShareCall = <T>(key: string, call: () => Promise<T>) => Promise<T>;

/** @param pace `gapMs`: shortest time between the beginnings of two executions of one key, however many callers there are */
export function createSharedCalls(pace: { gapMs: number }): ShareCall {
  const running = new Map<string, Promise<unknown>>();
  const waiting = new Map<string, Promise<unknown>>();
  const lastBegan = new Map<string, number>();

  async function callNext<T>(key: string, call: () => Promise<T>): Promise<T> {
    await running.get(key)?.catch(() => undefined);
    const mayBegin = (lastBegan.get(key) ?? Number.NEGATIVE_INFINITY) + pace.gapMs;
    await delay(Math.max(0, mayBegin - performance.now()), undefined, { ref: false });
    waiting.delete(key);
    const beganAt = performance.now();
    lastBegan.set(key, beganAt);
    setTimeout(() => {
      if (lastBegan.get(key) === beganAt) lastBegan.delete(key);
    }, pace.gapMs).unref();
    const answer = call().finally(() => {
      if (running.get(key) === answer) running.delete(key);
    });
    running.set(key, answer);
    return answer;
  }

  return function share<T>(key: string, call: () => Promise<T>): Promise<T> {
    // The key determines the call, and so the type.
    const next = waiting.get(key) as Promise<T> | undefined;
    if (next) return next;
    const answer = callNext(key, call);
    waiting.set(key, answer);
    return answer;
  };
}
