import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createGate } from './create-gate.ts';

const caller = { orgId: 'org', actor: { type: 'user', id: 'ada', name: 'Ada' } } as const;
const recheckMs = 30_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('streams opened together are checked at different times, each again and again', async () => {
  let checks = 0;
  const isStillValid = async () => {
    checks += 1;
    return true;
  };
  const gates = Array.from({ length: 100 }, (_, index) =>
    createGate({ caller, pace: { recheckMs }, isStillValid }, () => index / 100),
  );
  const perSecond: number[] = [];
  for (let second = 1; second <= 60; second += 1) {
    vi.advanceTimersByTime(1_000);
    const before = checks;
    for (const pass of gates) await pass();
    perSecond.push(checks - before);
  }
  expect(Math.max(...perSecond)).toBeLessThan(5);
  expect(checks).toBe(200);
});

test('a stream whose session has ended does not pass its check', async () => {
  const pass = createGate({ caller, pace: { recheckMs }, isStillValid: async () => false });
  await pass();
  vi.advanceTimersByTime(recheckMs);
  await expect(pass()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
});
