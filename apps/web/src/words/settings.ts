import type { Store } from '../api/trpc.ts';

/** Whom most stores sync, by the WordPress name of the role. */
export const roleLabels: Record<string, string> = {
  all: 'All users',
  customer: 'Users with the role Customer',
};

export const paceLabels: Record<Store['settings']['pace'], string> = {
  auto: 'Automatic',
  gentle: 'Gentle, with pauses between batches',
};
