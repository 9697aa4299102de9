import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CrontabError, parseUserCrontab, readCrontabText } from './user-crontab.ts';

const id = '2f1e8d54-5c1f-4d0c-9d7e-3b6a0c9f4e11';
const store = `orgId: "${id}", storeId: "${id}"`;

test('the crontab of docs/jobs.md is one', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../docs/jobs.md'), 'utf8');
  const text = /^```crontab\n(.+?)^```/ms.exec(document)?.[1] ?? '';
  const items = parseUserCrontab(readCrontabText(text));
  expect(items).toMatchObject([
    { task: 'sync.start', identifier: 'sundays', payload: { kind: 'reconcile' } },
    { task: 'sync.start', identifier: 'often', payload: { kind: 'delta' } },
  ]);
  expect(parseUserCrontab('# nothing\n\n')).toEqual([]);
});

test.each([
  ['nonsense', "line '4'"],
  ['61 3 * * * sync_start', 'line 4'],
  ['0 3 * * * sync_start ?fill=soon', 'line 4'],
  ['0 3 * * * sync_start {orgId: ', 'line 4'],
  ['0 3 * * * sync_stop', 'use one of sync_start'],
  ['0 3 * * * sync_start ?id=night {orgId: "x"}', '“night”: the payload is invalid: orgId'],
  [`0 3 * * * sync_start {${store}, kind: "all"}`, 'kind'],
  [`0 3 * * * sync_start {${store}, idempotencyKey: "a"}`, 'it would only ever start one run'],
  [`0 3 * * * retention_sweep {${store}}`, '“retention_sweep”: '],
  ['0 3 * * * sync_sweep', "'?id=...'"],
])('%s is rejected with %s', (line, reason) => {
  const act = () => parseUserCrontab(`# mine\n0 1 * * * sync_sweep\n\n${line}`);
  expect(act).toThrow(CrontabError);
  expect(act).toThrow(reason);
});

test('a missing file is named', () => {
  expect(() => readCrontabText('/nowhere/crontab')).toThrow(
    'cannot read a file at /nowhere/crontab',
  );
});
