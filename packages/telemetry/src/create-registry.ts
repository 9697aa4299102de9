import { collectDefaultMetrics, Registry } from 'prom-client';

export type { Registry };

/** Creates the registry of a process, with Node's default metrics: memory, CPU, event loop, garbage collection. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
