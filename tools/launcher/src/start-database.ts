import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  DatabaseUnavailableError,
  ensureTenantLogin,
  migrate,
  MigrationError,
} from '@mantis-sync/db';
import {
  DataDirectoryInUseError,
  EmbeddedPostgresError,
  startEmbeddedPostgres,
} from '@mantis-sync/dev-postgres';
import { StartError, type StartOptions } from './options.ts';

export interface StartedDatabase {
  url: string;
  /** A login for tenant data alone; undefined on a server that is not ours. */
  tenantUrl?: string;
  stop(): Promise<void>;
}

/**
 * A migrated database: the server of DATABASE_URL, or an embedded one.
 *
 * @throws StartError if it cannot be reached, is too old, or does not fit
 */
export async function startDatabase(options: StartOptions): Promise<StartedDatabase> {
  const database =
    options.databaseUrl === null
      ? await startEmbedded(options)
      : { url: options.databaseUrl, stop: async () => {} };
  try {
    await migrate({ url: database.url });
    if (options.databaseUrl !== null) return database;
    return { ...database, tenantUrl: await makeTenantLogin(database.url) };
  } catch (error) {
    await database.stop();
    if (error instanceof MigrationError) throw new StartError(error.message, { cause: error });
    if (error instanceof DatabaseUnavailableError) {
      throw new StartError(
        `${error.message}. Check that it runs at ${placeOf(database.url)} and that DATABASE_URL is right.`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** Its password is new with each start, and known to the processes of this start alone. */
async function makeTenantLogin(ownerUrl: string): Promise<string> {
  const url = new URL(ownerUrl);
  url.username = 'mantis_tenant';
  url.password = randomBytes(24).toString('hex');
  await ensureTenantLogin(ownerUrl, url.href);
  return url.href;
}

async function startEmbedded({ dataDir }: StartOptions): Promise<StartedDatabase> {
  try {
    const wanted = join(dataDir, 'postgres');
    const server = await startEmbeddedPostgres({ dataDir: wanted });
    if (server.dataDir !== wanted) {
      console.log(
        `The data is in ${server.dataDir}: PostgreSQL refuses to run as root, and the user "postgres" cannot enter ${dataDir}.`,
      );
    }
    return server;
  } catch (error) {
    if (error instanceof DataDirectoryInUseError) {
      throw new StartError(
        `Mantis Sync is already running on ${dataDir}. Stop it first, or set MANTIS_DATA_DIR.`,
        { cause: error },
      );
    }
    if (error instanceof EmbeddedPostgresError)
      throw new StartError(error.message, { cause: error });
    throw error;
  }
}

/** Only host and port: the rest of the address may contain a password. */
function placeOf(url: string): string {
  const { host } = new URL(url);
  return host || 'the local socket';
}
