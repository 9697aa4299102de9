import { describe, expect, it } from 'vitest';
import { RunSettingsEnvError, runSettingsFromEnv } from './run-settings-from-env.ts';
import { DEFAULT_RUN_SETTINGS, mergeRunSettings } from '../domain/run-settings.ts';

describe('mergeRunSettings', () => {
  it('begins with the built-in defaults', () => {
    expect(mergeRunSettings()).toEqual(DEFAULT_RUN_SETTINGS);
  });

  it('uses the last defined value', () => {
    const layers = [{ batchSize: 10, pageSize: 20 }, { batchSize: undefined }, { pageSize: 30 }];
    // As a caller's optional fields arrive.
    const merged = mergeRunSettings(...(layers as { batchSize?: number }[]));
    expect(merged).toEqual({ ...DEFAULT_RUN_SETTINGS, batchSize: 10, pageSize: 30 });
  });

  it.each([
    { batchSize: 0 },
    { batchSize: 1001 },
    { batchSize: 1.5 },
    { pageSize: 1 },
    { pageSize: 101 },
    { maxRounds: 0 },
    { maxRetries: -1 },
    { pagesAhead: 9 },
    { roleFilter: 'all&role=x' },
    { pace: 'fast' },
    { unknown: 1 },
  ])('refuses %o', (layer) => {
    expect(() => mergeRunSettings(layer as object)).toThrow();
  });
});

describe('runSettingsFromEnv', () => {
  it('uses set variables, by their names in capitals', () => {
    const settings = runSettingsFromEnv({
      MANTIS_BATCH_SIZE: '7',
      MANTIS_PACE: ' gentle ',
      MANTIS_ROLE_FILTER: 'customer',
      MANTIS_MAX_PARALLEL_BATCHES: '4',
      OTHER: '1',
    });
    expect(settings).toEqual({
      ...DEFAULT_RUN_SETTINGS,
      batchSize: 7,
      pace: 'gentle',
      roleFilter: 'customer',
      maxParallelBatches: 4,
    });
  });

  it('takes the default where a variable is missing, empty or blank', () => {
    expect(runSettingsFromEnv({ MANTIS_BATCH_SIZE: '', MANTIS_PACE: '  ' })).toEqual(
      DEFAULT_RUN_SETTINGS,
    );
  });

  it.each([
    ['MANTIS_BATCH_SIZE', 'many'],
    ['MANTIS_BATCH_SIZE', '0'],
    ['MANTIS_BATCH_SIZE', '-5'],
    ['MANTIS_BATCH_SIZE', '5.5'],
    ['MANTIS_PACE', 'fast'],
    ['MANTIS_ROLE_FILTER', 'a b'],
  ])('names %s where it cannot be %s', (name, value) => {
    const read = () => runSettingsFromEnv({ [name]: value });
    expect(read).toThrow(RunSettingsEnvError);
    expect(read).toThrow(new RegExp(`^${name}: `));
  });
});
