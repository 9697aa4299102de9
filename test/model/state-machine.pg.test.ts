import fc from 'fast-check';
import { describe, test } from 'vitest';
import { describeFailure, replay } from './replay.ts';
import { expectEnd } from './expect-end.ts';
import { openStages } from './open-stages.ts';
import { sequences } from './sequences.ts';
import type { Model } from './step.ts';

const soakSeed = process.env['MANTIS_SOAK_SEED'];
const seeds = replay
  ? [replay.seed]
  : soakSeed
    ? Array.from({ length: 20 }, (_, index) => Number(soakSeed) + index)
    : [1, 2, 3, 4, 5, 6];
/** Of each seed; each has a store of its own. */
const SEQUENCES = 6;
/** In a small store two workers work on the same customer more often. */
const SIZES = [2, 25, 1];
/** All sequences, and making a failure shorter, must end within this time, in milliseconds. */
const TIME_LIMIT_MS = 240_000;

describe('after any sequence of operations the model agrees, and the store’s customers are stored', () => {
  test.each(seeds)(
    'seed %i',
    async (seed) => {
      const onStage = openStages(SIZES[seed % SIZES.length]!);
      const property = fc.asyncProperty(sequences(replay?.steps), (steps) =>
        onStage(async (stage) => {
          const model: Model = { runs: new Map(), keys: new Map(), isPaused: false };
          await fc.asyncModelRun(() => ({ model, real: stage }), steps);
          await expectEnd(stage, model);
        }),
      );
      const found = await fc.check(property, {
        seed,
        numRuns: SEQUENCES,
        interruptAfterTimeLimit: TIME_LIMIT_MS,
        markInterruptAsFailure: true,
        ...(replay && { path: replay.path }),
      });
      if (found.failed) throw new Error(describeFailure(found), { cause: found.errorInstance });
    },
    TIME_LIMIT_MS + 60_000,
  );
});
