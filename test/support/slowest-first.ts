import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest test files, slowest first: started last, one would keep a single core busy at the end. */
const SLOWEST = [
  'kill-at-every-step',
  'many-at-once',
  'state-machine',
  'audits',
  'database-outages',
  'worker-deaths',
  'sentinels',
  'network-faults',
  'store-faults',
  'dashboard',
  'account.browser',
  'account-details',
  'customers-details',
  'connect-details',
  'resumable',
  'command',
  'customers.browser',
  'run-details',
  'run.browser',
  'connect.browser',
  'bad-lists',
  'odd-answers',
  'webhooks.pg',
  'smoke',
  'freshness',
  'moving-list',
  'two-logins',
  'normal-sync',
  'library',
  'termination',
  'retry-failed',
  'observed-run',
  'image-tree',
];

/** Starts the slowest files first, so that all workers end at about the same time. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const place = SLOWEST.findIndex((name) => moduleId.includes(`/${name}`));
  return place < 0 ? SLOWEST.length : place;
}
