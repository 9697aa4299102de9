import { ensureRuntimeLogin, ensureTenantLogin } from './runtime-login.ts';

// Prints one line per login; exit code 1 if one could not be set up.
const {
  MIGRATION_DATABASE_URL: ownerUrl,
  DATABASE_URL: runtimeUrl,
  TENANT_DATABASE_URL: tenantUrl,
} = process.env;
try {
  if (!ownerUrl || !runtimeUrl) throw new Error('set MIGRATION_DATABASE_URL and DATABASE_URL');
  report('DATABASE_URL', await ensureRuntimeLogin(ownerUrl, runtimeUrl));
  if (tenantUrl) report('TENANT_DATABASE_URL', await ensureTenantLogin(ownerUrl, tenantUrl));
} catch (error) {
  console.error(`login failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

function report(variable: string, changed: boolean): void {
  console.log(`the login of ${variable} ${changed ? 'is set up' : 'was already set up'}`);
}
