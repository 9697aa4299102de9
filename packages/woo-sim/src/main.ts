import { control } from './control.ts';
import type { ControlMessage } from './control.ts';
import { createWooSim } from './create-woo-sim.ts';
import { optionsFromEnv } from './env.ts';

const sim = await createWooSim(optionsFromEnv(process.env));

const stop = (): void => void sim.close().then(() => process.exit(0));
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
if (process.send) {
  process.once('disconnect', stop);
  process.on('message', (message: ControlMessage) => {
    void control(sim, message).then((reply) => process.send?.(reply));
  });
}

const { customers, url } = sim;
const ready = { ready: true, url, customers: customers.size };
process.stdout.write(`${JSON.stringify(ready)}\n`);
process.send?.(ready);
