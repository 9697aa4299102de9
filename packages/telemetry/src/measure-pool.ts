import type { PoolUse } from '@mantis-sync/db';
import { Gauge, type Registry } from 'prom-client';

/** Use of the connection pools of a process, read at each scrape. */
export function measurePool(
  registry: Registry,
  pools: Readonly<Record<string, () => PoolUse | null>>,
): void {
  const connections = new Gauge({
    name: 'mantis_db_pool_connections',
    help: 'Connections of a pool to the database',
    labelNames: ['pool', 'state'],
    registers: [registry],
    collect() {
      connections.reset();
      waiting.reset();
      for (const [pool, read] of Object.entries(pools)) {
        const use = read();
        if (!use) continue;
        connections.set({ pool, state: 'in_use' }, use.inUse);
        connections.set({ pool, state: 'idle' }, use.idle);
        connections.set({ pool, state: 'max' }, use.max);
        waiting.set({ pool }, use.waiting);
      }
    },
  });
  const waiting = new Gauge({
    name: 'mantis_db_pool_waiting',
    help: 'Callers that wait for a connection of a pool',
    labelNames: ['pool'],
    registers: [registry],
  });
}
