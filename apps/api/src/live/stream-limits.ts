import type { Caller } from '@mantis-sync/sync-core';

/** Maximum number of open streams in one process: of a key or person, of an organisation, and of all. */
const MAX_OF_CALLER = 50;
const MAX_OF_ORGANISATION = 200;
const MAX_OF_PROCESS = 2_000;

/** A key, person, organisation or this process has too many open streams. */
export class TooManyStreamsError extends Error {
  override readonly name = 'TooManyStreamsError';

  constructor() {
    super('Too many streams are open');
  }
}

export interface StreamLimits {
  /** @returns a function that frees the slot. @throws TooManyStreamsError */
  enter(caller: Caller): () => void;
}

export function createStreamLimits(): StreamLimits {
  const open = new Map<string, number>();

  function change(key: string, by: 1 | -1): void {
    const count = (open.get(key) ?? 0) + by;
    if (count === 0) open.delete(key);
    else open.set(key, count);
  }

  return {
    enter({ orgId, actor }) {
      const limits = new Map([
        [`${actor.type} ${actor.id}`, MAX_OF_CALLER],
        [orgId, MAX_OF_ORGANISATION],
        ['process', MAX_OF_PROCESS],
      ]);
      for (const [key, most] of limits)
        if ((open.get(key) ?? 0) >= most) throw new TooManyStreamsError();
      for (const key of limits.keys()) change(key, 1);
      return () => {
        for (const key of limits.keys()) change(key, -1);
      };
    },
  };
}
