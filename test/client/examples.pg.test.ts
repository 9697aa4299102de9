import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openWorld } from '../support/open-world.ts';
import { envOf, EXAMPLES, runCommand } from '../support/run-command.ts';

test('the examples run as they are written, and the README shows them', async () => {
  const { api, app, sim, storeId, startWorker } = await openWorld({ customers: 60 });
  await startWorker();
  const env = envOf(api);
  const example = (name: string, ...args: string[]) => runCommand(join(EXAMPLES, name), args, env);

  const first = await example('start-and-wait.ts', 'Shop');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain('done: 60 of 60 customers');
  expect(await example('cron-job.ts')).toEqual({ code: 0, stdout: 'Shop: done\n', stderr: '' });

  await app.store.update.mutate({ storeId, settings: { maxRetries: 0, maxRounds: 1 } });
  sim.faults.add({ fault: { kind: 'patch-row', ids: [3], remove: ['email', 'username'] } });
  const { run } = await app.sync.start.mutate({ storeId });
  const watched = await example('watch.ts', run.runId);
  expect(watched).toMatchObject({ code: 0, stderr: '' });
  expect(watched.stdout).toContain('  run.started: ');
  expect(watched.stdout.trimEnd()).toMatch(/ 100%$/);
  const asked = await example('retry-failed.ts', run.runId);
  expect(asked.stdout).toMatch(/^customer 3: .+\nCheck first: /);
  sim.faults.clear();
  const retried = await example('retry-failed.ts', run.runId, '--override');
  expect(retried).toMatchObject({ code: 0, stderr: '' });
  expect(retried.stdout).toContain('1 retried, 0 still fail');

  const folder = await mkdtemp(join(tmpdir(), 'mantis-example-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'customers.csv');
  const exported = await example('export-customers.ts', '', file);
  expect(exported).toEqual({ code: 0, stdout: `${file} is complete\n`, stderr: '' });
  expect((await readFile(file, 'utf8')).split('\r\n')).toHaveLength(62);

  const readme = await readFile(join(EXAMPLES, '../README.md'), 'utf8');
  for (const name of await readdir(EXAMPLES))
    expect(readme).toContain(await readFile(join(EXAMPLES, name), 'utf8'));
});
