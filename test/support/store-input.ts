import type { WooSim } from '@mantis-sync/woo-sim';

/**
 * What connects a simulated store. It has no schedules: a run that starts by the clock, every quarter of an hour or
 * at night, would disturb the tests that happen to run then.
 */
export function storeInput({ url, defaultCredentials }: WooSim, name = 'Shop') {
  return { name, url, ...defaultCredentials, schedules: 'none' as const };
}
