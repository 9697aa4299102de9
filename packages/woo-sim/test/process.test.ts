import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { defaultCredentials } from '../src/index.ts';
import type { ControlMessage, ControlReply } from '../src/index.ts';
import { basic } from './client.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

async function start(env: Record<string, string>): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(main, { env: { ...process.env, ...env }, silent: true, execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (!child.stdout) throw new Error('the child has no output');
  const [[line], [message]]: [Buffer[], unknown[]] = await Promise.all([
    once(child.stdout, 'data'),
    once(child, 'message'),
  ]);
  const ready: { ready: boolean; url: string } = JSON.parse(String(line));
  expect(ready.ready).toBe(true);
  expect(message).toEqual(ready);
  return { child, url: ready.url };
}

async function tell(child: ChildProcess, message: ControlMessage): Promise<ControlReply> {
  const reply = once(child, 'message');
  child.send(message);
  const [answer]: ControlReply[] = await reply;
  if (!answer) throw new Error('the child did not answer');
  return answer;
}

test('a child process reports its address, follows its parent’s orders and exits with it', async () => {
  const { child, url } = await start({ CUSTOMERS: '12', PRETEND_HTTPS: '1' });
  const ask = (): Promise<Response> =>
    fetch(`${url}/wp-json/wc/v3/customers`, {
      headers: { authorization: basic(defaultCredentials) },
    });
  expect((await ask()).headers.get('x-wp-total')).toBe('12');
  expect(await tell(child, { id: 1, type: 'create', count: 2 })).toEqual({
    id: 1,
    ok: true,
    result: [13, 14],
  });
  expect(await tell(child, { type: 'delete', customerIds: [3, 99] })).toMatchObject({
    result: [3],
  });
  expect(await tell(child, { type: 'update', customerId: 99 })).toMatchObject({ ok: false });
  expect(await tell(child, { type: 'stats' })).toMatchObject({
    result: { customers: 13, requests: 1 },
  });
  await tell(child, { type: 'faults', rules: [{ fault: { kind: 'status', status: 503 } }] });
  expect((await ask()).status).toBe(503);
  const exit = once(child, 'exit');
  child.disconnect();
  expect(await exit).toEqual([0, null]);
});

test('SIGTERM ends it with 0; a wrong variable is named', async () => {
  const { child } = await start({ CUSTOMERS: '1' });
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  const wrong = fork(main, {
    env: { ...process.env, CUSTOMERS: 'many' },
    silent: true,
    execArgv: [],
  });
  let complaint = '';
  wrong.stderr?.on('data', (part) => (complaint += part));
  expect((await once(wrong, 'close'))[0]).toBe(1);
  expect(complaint).toContain('CUSTOMERS must be a whole number');
});
