import fc from 'fast-check';
import { apiDies, forceDone, pause, resume, retry, start, startAgain } from './steps-of-people.ts';
import { brokenCustomer, repair, shopping, trouble } from './steps-of-stores.ts';
import {
  die,
  drive,
  errorOfOurs,
  giveUpOn,
  relay,
  stall,
  stop,
  sweep,
  sweepDies,
  timePasses,
  wake,
  work,
} from './steps-of-workers.ts';
import { isActive, type Model, runBack, type Step } from './step.ts';

type Fits = (model: Readonly<Model>) => boolean;

const hasActive: Fits = (model) => [...model.runs.values()].some(isActive);
const hasNoActive: Fits = (model) => !hasActive(model);
const hasFailed: Fits = (model) =>
  ['partial', 'failed'].includes(runBack(model, 0)?.state ?? 'done');
const isPaused: Fits = (model) => model.isPaused;

/** How often each kind of step occurs, and when it makes sense. */
const STEPS: [weight: number, arbitrary: fc.Arbitrary<Step>, fits?: Fits][] = [
  [12, start, hasNoActive],
  [2, startAgain],
  [8, retry, hasFailed],
  [1, forceDone],
  [1, apiDies],
  [1, pause],
  [8, resume, isPaused],
  [4, work, hasActive],
  [8, drive, hasActive],
  [2, stop, hasActive],
  [3, stall, hasActive],
  [4, relay, hasActive],
  [3, die, hasActive],
  [2, errorOfOurs, hasActive],
  [2, giveUpOn],
  [3, wake],
  [1, sweep],
  [1, sweepDies],
  [2, timePasses],
  [3, shopping],
  [3, brokenCustomer],
  [3, trouble],
  [4, repair],
];

/** Sometimes it occurs anyway, and must be rejected or do nothing. */
function when(fits: Fits, arbitrary: fc.Arbitrary<Step>): fc.Arbitrary<Step> {
  return fc
    .tuple(arbitrary, fc.constantFrom(false, false, false, false, true))
    .map(([each, anyway]) => ({ ...each, check: (model) => anyway || fits(model) }));
}

/**
 * Sequences of actions of people, workers, stores and time.
 *
 * @param replayPath as a failure prints it: the relevant steps of the sequence
 */
export function sequences(replayPath: string | undefined) {
  const steps = fc.oneof(
    ...STEPS.map(([weight, arbitrary, fits]) => ({
      weight,
      arbitrary: fits ? when(fits, arbitrary) : arbitrary,
    })),
  );
  return fc.commands([steps], {
    maxCommands: 60,
    size: 'max',
    ...(replayPath !== undefined && { replayPath }),
  });
}
