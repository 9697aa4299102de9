import type { WorkDeps } from '../job.ts';
import type { SliceStep, Walking } from './walking.ts';

/** Takes the customers that pending deliveries name. */
export async function collectDeliveries(_deps: WorkDeps, _walking: Walking): Promise<SliceStep> {
  return 'over';
}
