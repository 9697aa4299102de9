import { Client } from 'pg';
import {
  codeOf,
  DatabaseUnavailableError,
  DbError,
  isConnectionFailure,
} from './database-errors.ts';
import { scramVerifier } from './scram-verifier.ts';

/** What running processes take on; the migrations make them. */
const ROLES = ['mantis_app', 'mantis_system', 'mantis_retention', 'mantis_runtime'];
const REFUSED = new Set(['28P01', '28000']);

/** The login cannot be made as the addresses say. */
export class RuntimeLoginError extends DbError {
  override name = 'RuntimeLoginError';
}

/**
 * Makes the login of `runtimeUrl`, which owns nothing, or lets it in by that password again. Safe to call
 * twice, and by several processes at once.
 *
 * @param ownerUrl the same database with the login that migrated it
 * @returns whether anything had to be done
 * @throws RuntimeLoginError, DatabaseUnavailableError
 */
export async function ensureRuntimeLogin(ownerUrl: string, runtimeUrl: string): Promise<boolean> {
  const { name, password } = readLogin(runtimeUrl, ownerUrl);
  const owner = new Client({ connectionString: ownerUrl, application_name: 'mantis-migrate' });
  owner.on('error', () => {});
  try {
    await owner.connect();
    await owner.query(`select pg_advisory_lock(hashtext('mantis runtime login'))`);
    const known = await owner.query('select from pg_roles where rolname = $1', [name]);
    const isIn = known.rowCount === 1 && (await letsIn(runtimeUrl));
    if (known.rowCount === 0) await owner.query(`create role ${name} login`);
    if (!isIn) await owner.query(`alter role ${name} password '${scramVerifier(password)}'`);
    await owner.query(`grant ${ROLES.join(', ')} to ${name}`);
    return !isIn;
  } catch (error) {
    throw isConnectionFailure(error) ? new DatabaseUnavailableError(error) : error;
  } finally {
    await owner.end().catch(() => {});
  }
}

/** Both go into statements as they are, so that nothing else is let through. */
function readLogin(runtimeUrl: string, ownerUrl: string): { name: string; password: string } {
  const url = new URL(runtimeUrl);
  const name = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  if (name === decodeURIComponent(new URL(ownerUrl).username))
    throw new RuntimeLoginError('DATABASE_URL must name another login than MIGRATION_DATABASE_URL');
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name))
    throw new RuntimeLoginError('the login of DATABASE_URL must be of a to z, 0 to 9 and _');
  if (!/^[\x21-\x7E]{16,}$/.test(password))
    throw new RuntimeLoginError('the password of DATABASE_URL must be 16 ASCII characters or more');
  return { name, password };
}

async function letsIn(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (REFUSED.has(codeOf(error) ?? '')) return false;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}
