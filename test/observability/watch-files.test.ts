import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf } from '../deploy/anchors-of.ts';
import { readAlerts, readText } from './watch-files.ts';

const operations = 'docs/operations.md';

const kebab = (name: string) => name.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();

test('each alarm leads to its own section of the runbook', async () => {
  const alerts = await readAlerts();
  expect(alerts.length).toBeGreaterThan(9);
  for (const { alert, annotations } of alerts)
    expect(annotations.runbook_url).toBe(`${operations}#${kebab(alert)}`);
  const headings = anchorsOf(await readText(operations));
  const anchors = alerts.map(({ alert }) => kebab(alert));
  expect(anchors.filter((one) => !headings.has(one))).toEqual([]);
});

const prometheus = join(import.meta.dirname, '../../deploy/prometheus');
const promtool = (...args: string[]) =>
  spawnSync('promtool', args, { cwd: prometheus, encoding: 'utf8' });
const hasPromtool = promtool('--version').status === 0;

test('each alarm has a case in which it fires', async () => {
  const cases = await readText('deploy/prometheus/alerts.test.yaml');
  const ringing = new Set([...cases.matchAll(/alertname="(\w+)"/g)].map(([, name]) => name));
  expect(ringing).toEqual(new Set((await readAlerts()).map(({ alert }) => alert)));
});

test.skipIf(!hasPromtool)('Prometheus accepts the alarms, and they fire as expected', () => {
  for (const args of [
    ['check', 'rules', 'alerts.yaml'],
    ['test', 'rules', 'alerts.test.yaml'],
  ])
    expect(promtool(...args)).toMatchObject({ status: 0 });
});
