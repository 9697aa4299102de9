/** Runs work of many owners in parallel and shares capacity fairly. */
export interface FairShare {
  /** Runs work once there is capacity for its owner; owners with waiting work take turns. */
  run<T>(owner: string, work: () => Promise<T>): Promise<T>;
  /** Running work, and work that waits for capacity. */
  load(): { running: number; waiting: number };
}

export interface FairShareOptions {
  /** Maximum amount of running work. */
  room: number;
  /**
   * Whether to reserve capacity for one more owner: with n owners, each gets at most capacity / (n + 1). For
   * long work, so that a new owner does not wait for it.
   */
  keepsRoom?: boolean;
}

interface Owner {
  running: number;
  waiting: (() => void)[];
  /** When it last got capacity; 0 for never. */
  turn: number;
}

export function createFairShare({ room, keepsRoom = false }: FairShareOptions): FairShare {
  const owners = new Map<string, Owner>();
  let running = 0;
  let waiting = 0;
  let turns = 0;

  /** The owner with the least running work; of several, the one that waited longest. */
  function nextOwner(): Owner | undefined {
    const most = keepsRoom ? Math.max(1, Math.floor(room / (owners.size + 1))) : room;
    return [...owners.values()]
      .filter((owner) => owner.waiting.length > 0 && owner.running < most)
      .toSorted((a, b) => a.running - b.running || a.turn - b.turn)[0];
  }

  function start(): void {
    while (waiting > 0 && running < room) {
      const owner = nextOwner();
      if (!owner) return;
      owner.turn = turns += 1;
      owner.running += 1;
      running += 1;
      waiting -= 1;
      owner.waiting.shift()?.();
    }
  }

  function ownerOf(key: string): Owner {
    const owner = owners.get(key) ?? { running: 0, waiting: [], turn: 0 };
    owners.set(key, owner);
    return owner;
  }

  return {
    async run(key, work) {
      const owner = ownerOf(key);
      await new Promise<void>((resolve) => {
        owner.waiting.push(resolve);
        waiting += 1;
        start();
      });
      try {
        return await work();
      } finally {
        owner.running -= 1;
        running -= 1;
        if (owner.running === 0 && owner.waiting.length === 0) owners.delete(key);
        start();
      }
    },
    load: () => ({ running, waiting }),
  };
}
