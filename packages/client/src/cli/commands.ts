import { activity } from './commands/activity.ts';
import { doctor } from './commands/doctor.ts';
import { exportCustomers } from './commands/export-customers.ts';
import { forceDone } from './commands/force-done.ts';
import { retry } from './commands/retry.ts';
import { rotateKeys } from './commands/rotate-keys.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { stores } from './commands/stores.ts';
import { createCompletion } from './commands/completion.ts';
import type { Command } from './command.ts';

const acting: readonly Command[] = [
  stores,
  start,
  status,
  retry,
  forceDone,
  activity,
  doctor,
  rotateKeys,
  exportCustomers,
];

/** In the order of the help. */
export const COMMANDS: readonly Command[] = [...acting, createCompletion(acting)];
