import type { WooSim } from './create-woo-sim.ts';
import type { ChangeOptions, CustomerInput } from './customer-store.ts';
import type { FaultRule } from './faults.ts';

/** Messages from a parent process to a forked store; each is answered by a `ControlReply`. */
export type ControlMessage = { id?: number } & (
  | { type: 'faults'; rules: readonly FaultRule[] }
  | { type: 'create'; count?: number; input?: CustomerInput; options?: ChangeOptions }
  | { type: 'update'; customerId: number; input?: CustomerInput; options?: ChangeOptions }
  | { type: 'delete'; customerIds: readonly number[]; options?: ChangeOptions }
  | { type: 'flush' }
  | { type: 'stats' }
);

/** `result`: ids created or deleted, delivery attempts, or `{ customers, requests }`. */
export interface ControlReply {
  id: number | undefined;
  ok: boolean;
  result?: unknown;
  error?: string;
}

/** Executes one message; an invalid one is answered, not thrown. */
export async function control(sim: WooSim, message: ControlMessage): Promise<ControlReply> {
  try {
    return { id: message.id, ok: true, result: await obey(sim, message) };
  } catch (error) {
    return { id: message.id, ok: false, error: String(error) };
  }
}

async function obey(sim: WooSim, message: ControlMessage): Promise<unknown> {
  switch (message.type) {
    case 'faults':
      sim.faults.set(message.rules);
      return null;
    case 'create':
      return Array.from(
        { length: message.count ?? 1 },
        () => sim.customers.create(message.input, message.options).id,
      );
    case 'update':
      return sim.customers.update(message.customerId, message.input, message.options).id;
    case 'delete':
      return message.customerIds.filter((id) => sim.customers.delete(id, message.options));
    case 'flush':
      return (await sim.flushDeliveries()).length;
    case 'stats':
      return { customers: sim.customers.size, requests: sim.requests.at(-1)?.n ?? 0 };
    default:
      throw new TypeError('there is no such control message');
  }
}
