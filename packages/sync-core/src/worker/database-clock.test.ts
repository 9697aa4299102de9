import { expect, test } from 'vitest';
import { createDatabaseClock } from './database-clock.ts';

test('continues from the database’s clock, at the middle of the round trip', () => {
  let steady = 5_000;
  const clock = createDatabaseClock(() => steady);
  steady = 5_200;
  clock.set(new Date(1_000_000), 5_000);
  expect(clock.now()).toBe(1_000_100);
  steady = 65_200;
  expect(clock.now()).toBe(1_060_100);
});

test('a late answer changes nothing after a better one', () => {
  let steady = 0;
  const clock = createDatabaseClock(() => steady);
  steady = 10_000;
  clock.set(new Date(1_000_000), 0);
  expect(clock.now()).toBe(1_005_000);
  clock.set(new Date(2_000_000), 10_000);
  steady = 20_000;
  clock.set(new Date(9_000_000), 10_000);
  expect(clock.now()).toBe(2_010_000);
});
