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
  'account-details',
  'customers-details',
  'connect-details',
  'resumable',
  'real-stores',
  'command',
  'customers.browser',
  'account.browser',
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
  'access.pg',
  'api-process',
  'observed-run',
  'image-tree',
];

/**
 * Runs one project after another, each with its slowest files first, so that all workers end at about the same
 * time. Mixed, Vitest would stop a worker at each change of project, with all that it has loaded and started.
 */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => projectOf(a).localeCompare(projectOf(b)) || rank(a) - rank(b));
  }
}

/** In the order of their names the pure tests, which are short, come last. */
const projectOf = ({ project }: TestSpecification) => project.name;

function rank({ moduleId }: TestSpecification): number {
  const place = SLOWEST.findIndex((name) => moduleId.includes(`/${name}`));
  return place < 0 ? SLOWEST.length : place;
}
