import type { WorkDeps } from '../job.ts';
import { skipStep } from './next-step.ts';
import type { SliceStep, Walking } from './walking.ts';

/** Reads the orders of people without an account, where the store keeps guests. */
export function askGuests(deps: WorkDeps, walking: Walking): Promise<SliceStep> {
  return skipStep(deps, walking);
}
