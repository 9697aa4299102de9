import type { Caller } from '@mantis-sync/sync-core';

/** Maximum number of open streams in one process. */
const MAX_OF_CALLER = 50;
const MAX_OF_ORGANISATION = 200;

/** A key, person or organisation has too many open streams. */
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
      const ofCaller = `${actor.type} ${actor.id}`;
      const isFull =
        (open.get(ofCaller) ?? 0) >= MAX_OF_CALLER || (open.get(orgId) ?? 0) >= MAX_OF_ORGANISATION;
      if (isFull) throw new TooManyStreamsError();
      for (const key of [ofCaller, orgId]) change(key, 1);
      return () => {
        for (const key of [ofCaller, orgId]) change(key, -1);
      };
    },
  };
}
