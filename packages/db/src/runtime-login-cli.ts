import { ensureRuntimeLogin } from './runtime-login.ts';

// One clear line; exit code 1 where the login of DATABASE_URL does not stand afterwards.
const ownerUrl = process.env['MIGRATION_DATABASE_URL'];
const runtimeUrl = process.env['DATABASE_URL'];
try {
  if (!ownerUrl || !runtimeUrl) throw new Error('set MIGRATION_DATABASE_URL and DATABASE_URL');
  const changed = await ensureRuntimeLogin(ownerUrl, runtimeUrl);
  console.log(changed ? 'the login of DATABASE_URL is set up' : 'the login of DATABASE_URL stands');
} catch (error) {
  console.error(`login failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
