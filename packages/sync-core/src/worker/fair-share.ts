/** Shares a fixed number of places fairly between owners. */
export interface FairShare {
  /**
   * Waits for a place; waiting owners take turns.
   *
   * @returns releases the place; further calls do nothing
   */
  take(owner: string): Promise<() => void>;
  /** Runs work once there is a place for its owner. */
  run<T>(owner: string, work: () => Promise<T>): Promise<T>;
  /** Used capacity, and waiting calls. */
  load(): { taken: number; waiting: number };
  /** Owners that have all the places they may have now. */
  fullOwners(): string[];
}

export interface FairShareOptions {
  /** Maximum capacity. */
  places: number;
  /**
   * Whether to reserve places for one more owner: with n owners, each gets at most places / (n + 1). For
   * long work, so that a new owner does not wait for it.
   */
  reservesPlaces?: boolean;
}

interface Owner {
  taken: number;
  waiting: (() => void)[];
  /**
   * The turn in which it last got a place. A new owner gets the turn before the current one: it goes before
   * the owner that was just served, and after all others that wait, however often it comes and goes.
   */
  turn: number;
}

export function createFairShare({ places, reservesPlaces = false }: FairShareOptions): FairShare {
  const owners = new Map<string, Owner>();
  let taken = 0;
  let waiting = 0;
  let turns = 0;

  /** Maximum number of places of one owner. */
  function most(): number {
    return reservesPlaces ? Math.max(1, Math.floor(places / (owners.size + 1))) : places;
  }

  /** The owner with the fewest places; of several, the one whose last turn is the longest ago. */
  function nextOwner(): Owner | undefined {
    let next: Owner | undefined;
    for (const owner of owners.values()) {
      if (owner.waiting.length === 0 || owner.taken >= most()) continue;
      if (
        !next ||
        owner.taken < next.taken ||
        (owner.taken === next.taken && owner.turn < next.turn)
      )
        next = owner;
    }
    return next;
  }

  function givePlaces(): void {
    while (waiting > 0 && taken < places) {
      const owner = nextOwner();
      if (!owner) return;
      owner.turn = turns += 1;
      owner.taken += 1;
      taken += 1;
      waiting -= 1;
      owner.waiting.shift()?.();
    }
  }

  function release(key: string, owner: Owner): void {
    owner.taken -= 1;
    taken -= 1;
    if (owner.taken === 0 && owner.waiting.length === 0) owners.delete(key);
    givePlaces();
  }

  async function take(key: string): Promise<() => void> {
    const owner = owners.get(key) ?? { taken: 0, waiting: [], turn: turns - 1 };
    owners.set(key, owner);
    await new Promise<void>((resolve) => {
      owner.waiting.push(resolve);
      waiting += 1;
      givePlaces();
    });
    let isHeld = true;
    return () => {
      if (isHeld) release(key, owner);
      isHeld = false;
    };
  }

  return {
    take,
    async run(key, work) {
      const end = await take(key);
      try {
        return await work();
      } finally {
        end();
      }
    },
    load: () => ({ taken, waiting }),
    fullOwners: () => [...owners].filter(([, owner]) => owner.taken >= most()).map(([key]) => key),
  };
}
