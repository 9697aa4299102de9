import type { RunStatus } from '@mantis-sync/sync-core';
import type { FaultRule } from '@mantis-sync/woo-sim';
import { expect } from 'vitest';
import { type ClockedDatabase, openShop, type Shop } from './open-shop.ts';

/** Customers of a store with faults: three pages. */
export const FAULTY_CUSTOMERS = 230;

/** A full sync of a new store with these faults, and how many requests it sent; it stays within its budget. */
export async function runWithFaults(
  on: ClockedDatabase,
  faults: readonly FaultRule[],
): Promise<{ shop: Shop; end: RunStatus; requests: number }> {
  const shop = await openShop({ customers: FAULTY_CUSTOMERS, on });
  shop.sim.faults.add(...faults);
  const before = shop.sim.requests.length;
  const end = await shop.run('full');
  expect(end.discovery.requestsUsed).toBeLessThanOrEqual(end.discovery.requestsBudget);
  return { shop, end, requests: shop.sim.requests.length - before };
}
