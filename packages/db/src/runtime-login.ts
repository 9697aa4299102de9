import { Client } from 'pg';
import {
  codeOf,
  DatabaseUnavailableError,
  DbError,
  isConnectionFailure,
} from './database-errors.ts';
import { scramVerifier } from './scram-verifier.ts';

/** The roles of transactions on tenant data; the migrations create them. */
const TENANT_ROLES = ['mantis_app', 'mantis_system', 'mantis_retention'];
/** The additional roles of a running process: for people, and for the tables of jobs. */
const SERVICE_ROLE = 'mantis_runtime';
const REFUSED = new Set(['28P01', '28000']);

/** The login cannot be created as configured. */
export class RuntimeLoginError extends DbError {
  override name = 'RuntimeLoginError';
}

/**
 * Creates the login of `runtimeUrl`, which owns nothing, or sets its password. Safe to repeat,
 * and to run in several processes concurrently.
 *
 * @param ownerUrl the same database with the login that migrated it
 * @returns whether anything had to be changed
 * @throws RuntimeLoginError, DatabaseUnavailableError
 */
export async function ensureRuntimeLogin(ownerUrl: string, runtimeUrl: string): Promise<boolean> {
  return ensureLogin(ownerUrl, runtimeUrl, [...TENANT_ROLES, SERVICE_ROLE]);
}

/**
 * Creates the login of `tenantUrl` for transactions on tenant data only. The login itself may read no table:
 * leaving a transaction's role grants nothing. Otherwise like `ensureRuntimeLogin`.
 */
export async function ensureTenantLogin(ownerUrl: string, tenantUrl: string): Promise<boolean> {
  return ensureLogin(ownerUrl, tenantUrl, TENANT_ROLES);
}

async function ensureLogin(
  ownerUrl: string,
  loginUrl: string,
  roles: readonly string[],
): Promise<boolean> {
  const { name, password } = readLogin(loginUrl, ownerUrl);
  const isTenant = !roles.includes(SERVICE_ROLE);
  const owner = new Client({ connectionString: ownerUrl, application_name: 'mantis-migrate' });
  owner.on('error', () => {});
  try {
    await owner.connect();
    await owner.query(`select pg_advisory_lock(hashtext('mantis runtime login'))`);
    const known = await owner.query('select from pg_roles where rolname = $1', [name]);
    const isIn = known.rowCount === 1 && (await letsIn(loginUrl));
    if (known.rowCount === 0) await owner.query(`create role ${name} login`);
    if (!isIn) await owner.query(`alter role ${name} password '${scramVerifier(password)}'`);
    // Inherited rights would apply to the login itself.
    if (isTenant) await owner.query(`alter role ${name} noinherit`);
    await owner.query(`grant ${roles.join(', ')} to ${name}`);
    return !isIn;
  } catch (error) {
    throw isConnectionFailure(error) ? new DatabaseUnavailableError(error) : error;
  } finally {
    await owner.end().catch(() => {});
  }
}

/** Both are inserted into statements literally, so nothing else is accepted. */
function readLogin(loginUrl: string, ownerUrl: string): { name: string; password: string } {
  const url = new URL(loginUrl);
  const name = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  if (name === decodeURIComponent(new URL(ownerUrl).username))
    throw new RuntimeLoginError(
      'API and worker need a different login than MIGRATION_DATABASE_URL',
    );
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name))
    throw new RuntimeLoginError('the name of a login may contain only a to z, 0 to 9 and _');
  if (!/^[\x21-\x7E]{16,}$/.test(password))
    throw new RuntimeLoginError('the password of a login must have at least 16 ASCII characters');
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
