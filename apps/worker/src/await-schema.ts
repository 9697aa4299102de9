import { setTimeout as wait } from 'node:timers/promises';
import { schemaVersionState } from '@mantis-sync/db';
import type { Logger } from 'pino';

const PAUSE_MS = 1_000;

/**
 * Waits until the database has this version's migrations, so that workers can start before the migration has
 * finished. A newer database is fine: migrations only add.
 *
 * @throws DatabaseUnavailableError
 */
export async function awaitSchema(databaseUrl: string, log: Logger): Promise<void> {
  for (let isTold = false; (await schemaVersionState(databaseUrl)) === 'behind'; isTold = true) {
    if (!isTold)
      log.warn(
        'the database lacks migrations of this version: waiting for `npx -y pnpm@12 run migrate`',
      );
    await wait(PAUSE_MS);
  }
}
