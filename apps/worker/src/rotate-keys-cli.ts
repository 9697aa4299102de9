import { createDatabase } from '@mantis-sync/db';
import { rotateKeys } from '@mantis-sync/sync-core';
import { EnvError, readEnv, type WorkerEnv } from './env.ts';

// Prints counts and key names, never a secret. Exit code 1 if something remains to be done.
const env = readEnvOrExit();
const { keyring } = env;
const database = createDatabase({
  url: env.tenantDatabaseUrl,
  max: 2,
  applicationName: 'mantis-rotate-keys',
});
try {
  const result = await rotateKeys({ database, keyring });
  console.log(
    `${result.stores} stores: ${result.resealed} secrets re-encrypted with "${keyring.activeKeyId}", ${result.current} already current.`,
  );
  if (result.contended > 0)
    console.log(`${result.contended} were changed meanwhile: run this again.`);
  if (result.unreadable > 0)
    console.log(
      `${result.unreadable} cannot be decrypted with any of these keys: restore their key, or enter the keys of those stores again.`,
    );
  for (const [keyId, secrets] of Object.entries(result.keysInUse))
    console.log(`in use: "${keyId}" (${secrets} secrets)`);
  const others = Object.keys(result.keysInUse).filter((keyId) => keyId !== keyring.activeKeyId);
  console.log(
    others.length === 0
      ? `Every other key can be removed from MANTIS_SECRET_KEYS.`
      : `Keep ${others.map((keyId) => `"${keyId}"`).join(', ')} in MANTIS_SECRET_KEYS.`,
  );
  process.exitCode = others.length === 0 ? 0 : 1;
} catch (error) {
  console.error(
    `rotation failed: ${error instanceof Error ? error.message : 'unknown'}; it can be run again`,
  );
  process.exitCode = 1;
} finally {
  await database.close();
}

function readEnvOrExit(): WorkerEnv {
  try {
    return readEnv(process.env);
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
