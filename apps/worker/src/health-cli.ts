import { hostname } from 'node:os';
import { createDatabase } from '@mantis-sync/db';
import { isWorkerAliveOn } from '@mantis-sync/sync-core';
import { EnvError, readEnv } from './env.ts';

// Health check of a container: exit code 0 if the worker of this host has a recent heartbeat.
try {
  const database = createDatabase({
    url: readEnv(process.env).tenantDatabaseUrl,
    max: 1,
    applicationName: 'mantis-worker-health',
  });
  const isAlive = await database.withSystem((sql) => isWorkerAliveOn(sql, hostname()));
  await database.close();
  if (!isAlive) stopWith('no worker of this host has a recent heartbeat');
} catch (error) {
  stopWith(error instanceof EnvError ? error.message : 'the database is unavailable');
}

function stopWith(reason: string): never {
  console.error(reason);
  process.exit(1);
}
