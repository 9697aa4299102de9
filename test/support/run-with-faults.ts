import type { RunStatus } from '@mantis-sync/sync-core';
import type { FaultRule } from '@mantis-sync/woo-sim';
import { expect } from 'vitest';
import { type ClockedDatabase, openStore, type OpenStore } from './open-store.ts';

/** Customers of a store with faults: three pages. */
export const FAULTY_CUSTOMERS = 230;

/** A full sync of a new store with these faults, and how many requests it sent; it stays within its budget. */
export async function runWithFaults(
  on: ClockedDatabase,
  faults: readonly FaultRule[],
): Promise<{ store: OpenStore; end: RunStatus; requests: number }> {
  const store = await openStore({ customers: FAULTY_CUSTOMERS, on });
  store.sim.faults.add(...faults);
  const before = store.sim.requests.length;
  const end = await store.run('full');
  expect(end.discovery.requestsUsed).toBeLessThanOrEqual(end.discovery.requestsBudget);
  return { store, end, requests: store.sim.requests.length - before };
}
