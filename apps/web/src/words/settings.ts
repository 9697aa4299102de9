import type { Store } from '../api/trpc.ts';

/** Roles that most stores have, by their WordPress names. */
export const roleLabels: Record<string, string> = {
  all: 'All users',
  customer: 'Users with the role Customer',
};

export const paceLabels: Record<Store['settings']['pace'], string> = {
  auto: 'Automatic',
  gentle: 'Gentle, with pauses between batches',
};
