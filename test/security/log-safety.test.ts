import { LOG_SAFETY } from '@mantis-sync/sync-core';
import { pino } from 'pino';
import { expect, test } from 'vitest';

/** What a logger of our processes writes. */
function lines(act: (log: pino.Logger) => void): string[] {
  const written: string[] = [];
  act(pino({ ...LOG_SAFETY }, { write: (line: string) => void written.push(line) }));
  return written;
}

test('the logger masks secrets by name and by format (S22)', () => {
  const key = `ck_${'0a'.repeat(20)}`;
  const secret = `cs_${'b1'.repeat(20)}`;
  const apiKey = `mantis_${'aZ'.repeat(32)}`;
  const [line = ''] = lines((log) =>
    log.error(
      {
        password: 'hunter2 hunter2',
        store: { consumerKey: 'plain', settings: { token: 'opaque' } },
        err: new Error(`401 for ${key}:${secret} by ${apiKey}`),
        headers: { authorization: 'Basic Y2tfOmNzXw==' },
        url: 'postgresql://mantis:sesame@db:5432/mantis',
        text: 'Authorization: Bearer abcdefghijkl',
      },
      `wrong key ${key}`,
    ),
  );
  for (const text of [
    key,
    secret,
    apiKey,
    'hunter2',
    'plain',
    'opaque',
    'Y2tf',
    'sesame',
    'abcdefghijkl',
  ])
    expect(line).not.toContain(text);
  expect(JSON.parse(line)).toMatchObject({ level: 50, password: '[hidden]' });
});

test('whatever a store or caller says, a log entry is one line (S37)', () => {
  const forged = 'x\n{"level":30,"msg":"all is well"}\r\nx\u2028x';
  const written = lines((log) => log.warn({ name: forged }, forged));
  expect(written).toHaveLength(1);
  expect(written[0]?.trimEnd()).not.toMatch(/[\r\n]/);
  expect(JSON.parse(written[0] ?? '')).toMatchObject({ msg: forged });
});
