import { z } from 'zod';
import { DEFAULT_WINDOWS } from './delta.ts';

/**
 * Settings of a run. Effective values: the built-in defaults, then the environment's, then the store's,
 * then those given to `start`; a run keeps the ones it began with.
 */
export const runSettingsSchema = z.strictObject({
  /** Lines that one transaction takes. */
  batchSize: z.int().min(1).max(1000),
  /** Pause between two batches, in milliseconds; applied under strain, or always when gentle. */
  batchDelayMs: z.int().min(0).max(600_000),
  pace: z.enum(['auto', 'gentle']),
  /** Tries of a line after the first, in a round. */
  maxRetries: z.int().min(0).max(20),
  /** Wait before the first retry, in milliseconds; doubles with each. */
  retryBaseMs: z.int().min(0).max(3_600_000),
  /** Rounds that may end with failures before a person is asked. */
  maxRounds: z.int().min(1).max(100),
  /** Customers to ask the store for at once; WooCommerce's own limit is 100. */
  pageSize: z.int().min(2).max(100),
  /** Pages in flight at once while the store copes. */
  pagesAhead: z.int().min(1).max(8),
  /** Tries of a page before discovery gives up. */
  maxPageAttempts: z.int().min(1).max(50),
  /** Batches of one run in flight at once, over all workers. */
  maxParallelBatches: z.int().min(1).max(32),
  /** WordPress role to sync; `all` takes every user, as shops put customers under many roles. */
  roleFilter: z.string().regex(/^[a-z0-9_-]{1,60}$/),
  /** Deltas in which the whole store is verified once: each verifies a slice of its list in full. */
  deltaSlices: z.int().min(1).max(10_000),
  /** Whether people who ordered without an account are kept too. */
  guests: z.enum(['off', 'on']),
});

export type RunSettings = z.infer<typeof runSettingsSchema>;

/** Some of the settings, as the environment, a store or a call overrides them. */
export const runSettingsOverridesSchema = runSettingsSchema.partial();

export type RunSettingsOverrides = z.infer<typeof runSettingsOverridesSchema>;

export const DEFAULT_RUN_SETTINGS: RunSettings = {
  batchSize: 50,
  batchDelayMs: 2_000,
  pace: 'auto',
  maxRetries: 3,
  retryBaseMs: 1_000,
  maxRounds: 3,
  pageSize: 100,
  pagesAhead: 2,
  maxPageAttempts: 8,
  maxParallelBatches: 2,
  roleFilter: 'all',
  deltaSlices: DEFAULT_WINDOWS,
  guests: 'off',
};

/**
 * Settings in order of precedence, the last one winning; undefined ones are passed over.
 *
 * @throws z.ZodError for a value out of its bounds
 */
export function mergeRunSettings(...layers: RunSettingsOverrides[]): RunSettings {
  const given = layers.map((layer) =>
    Object.fromEntries(Object.entries(layer).filter(([, value]) => value !== undefined)),
  );
  return runSettingsSchema.parse(Object.assign({}, DEFAULT_RUN_SETTINGS, ...given));
}
