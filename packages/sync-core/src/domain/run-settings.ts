import { z } from 'zod';
import { DEFAULT_WINDOWS } from './delta.ts';

/**
 * Settings of a run. Each is taken from the call to `start`, else the store, else the environment, else the
 * default; a run keeps its settings until it ends.
 */
export const runSettingsSchema = z.strictObject({
  /** Lines per transaction. */
  batchSize: z.int().min(1).max(1000),
  /** Pause between two batches in milliseconds; applied under strain, or always if gentle. */
  batchDelayMs: z.int().min(0).max(600_000),
  pace: z.enum(['auto', 'gentle']),
  /** Attempts of a line after the first, per round. */
  maxRetries: z.int().min(0).max(20),
  /** Wait before the first retry, in milliseconds; doubles with each. */
  retryBaseMs: z.int().min(0).max(3_600_000),
  /** Rounds that may end with failures before manual review. */
  maxRounds: z.int().min(1).max(100),
  /** Customers per request; WooCommerce's maximum is 100. */
  pageSize: z.int().min(2).max(100),
  /** Maximum number of concurrent page requests. */
  pagesAhead: z.int().min(1).max(8),
  /** Attempts of a page before discovery stops. */
  maxPageAttempts: z.int().min(1).max(50),
  /** Maximum number of concurrent batches of one run, over all workers. */
  maxParallelBatches: z.int().min(1).max(32),
  /** WordPress role to sync; `all` includes every user, as stores give customers many roles. */
  roleFilter: z.string().regex(/^[a-z0-9_-]{1,60}$/),
  /** Number of deltas that verify the whole store once; each verifies one window of its list. */
  deltaSlices: z.int().min(1).max(10_000),
  /** Whether people who ordered without an account are stored too. */
  guests: z.enum(['off', 'on']),
});

export type RunSettings = z.infer<typeof runSettingsSchema>;

/** A subset of the settings, given by the environment, a store or a call. */
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
 * Merges settings; later ones take precedence, undefined values are ignored.
 *
 * @throws z.ZodError for an invalid value
 */
export function mergeRunSettings(...layers: RunSettingsOverrides[]): RunSettings {
  const given = layers.map((layer) =>
    Object.fromEntries(Object.entries(layer).filter(([, value]) => value !== undefined)),
  );
  return runSettingsSchema.parse(Object.assign({}, DEFAULT_RUN_SETTINGS, ...given));
}
