import { mergeRunSettings, type RunSettings, runSettingsSchema } from '../domain/run-settings.ts';

/** An invalid setting in the environment; the message names the variable and the accepted values. */
export class RunSettingsEnvError extends Error {
  override readonly name = 'RunSettingsEnvError';
}

/**
 * Settings from the environment over the defaults: `batchSize` from `MANTIS_BATCH_SIZE`, and so on.
 * @throws RunSettingsEnvError
 */
export function runSettingsFromEnv(variables: Record<string, string | undefined>): RunSettings {
  const given: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(runSettingsSchema.shape)) {
    const variable = variableOf(name);
    const text = variables[variable]?.trim();
    if (!text) continue;
    const value = /^-?\d+$/.test(text) ? Number(text) : text;
    const parsed = field.safeParse(value);
    if (!parsed.success) {
      throw new RunSettingsEnvError(
        `${variable}: ${parsed.error.issues[0]?.message ?? 'is not valid'}`,
      );
    }
    given[name] = parsed.data;
  }
  return mergeRunSettings(given);
}

function variableOf(name: string): string {
  return `MANTIS_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
