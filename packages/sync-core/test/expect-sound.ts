import type { Sql } from '@mantis-sync/db';
import { expect } from 'vitest';
import { findBrokenInvariants } from './find-broken-invariants.ts';

/** Fails if an invariant is violated, and names the rows. */
export async function expectSound(admin: Sql): Promise<void> {
  expect(await findBrokenInvariants(admin)).toEqual({});
}
