import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import type { WooSim } from '../src/index.ts';
import { startSim } from './client.ts';

const wanted = {
  app_name: 'Mantis & Co <b>',
  scope: 'read',
  user_id: '4f2a',
  return_url: 'https://sync.example.com/connect?grant=7',
};

/** A real receiver of keys, which answers with a status. */
async function startReceiver(status: number) {
  const received: { body: Record<string, unknown>; contentType: string | undefined }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => (text += part));
    request.on('end', () => {
      const body: Record<string, unknown> = JSON.parse(text);
      received.push({ body, contentType: request.headers['content-type'] });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => void server.close(() => resolve())));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { callback_url: `http://127.0.0.1:${port}/keys`, received };
}

function open(sim: WooSim, query: Record<string, string>, path = '/wc-auth/v1/authorize') {
  const joint = path.includes('?') ? '&' : '?';
  return fetch(`${sim.url}${path}${joint}${new URLSearchParams(query).toString()}`);
}

/** Where a button of the page leads. */
function linkOf(html: string, name: 'approve' | 'deny'): string {
  const href = new RegExp(`href="([^"]+)" class="button wc-auth-${name}"`).exec(html)?.[1] ?? '';
  return href.replaceAll('&amp;', '&');
}

test('approved: a key is made and posted as JSON, and the browser goes back with success', async () => {
  const sim = await startSim({ customers: 3 });
  const { callback_url, received } = await startReceiver(200);
  const page = await (await open(sim, { ...wanted, callback_url })).text();
  expect(page).toContain('Mantis &amp; Co &lt;b&gt; would like to connect to your store');
  const done = await fetch(linkOf(page, 'approve'), { redirect: 'manual' });
  expect([done.status, done.headers.get('location')]).toEqual([
    302,
    'https://sync.example.com/connect?grant=7&success=1&user_id=4f2a',
  ]);
  const [made] = sim.keys.slice(1);
  expect(made).toMatchObject({ permissions: 'read', userRole: 'administrator' });
  expect(received).toEqual([
    {
      contentType: 'application/json;charset=UTF-8',
      body: {
        key_id: 1,
        user_id: '4f2a',
        consumer_key: made?.consumerKey,
        consumer_secret: made?.consumerSecret,
        key_permissions: 'read',
      },
    },
  ]);
});

test.each([201, 302, 401, 500])(
  'an answer of %i: the key is deleted, and the page is 401',
  async (status) => {
    const sim = await startSim({ customers: 3 });
    const { callback_url } = await startReceiver(status);
    const page = await (await open(sim, { ...wanted, callback_url })).text();
    const done = await fetch(linkOf(page, 'approve'), { redirect: 'manual' });
    expect(done.status).toBe(401);
    expect(await done.text()).toContain('unable to send the consumer data');
    expect(sim.keys).toHaveLength(1);
  },
);

test('denied: back without success, and no key', async () => {
  const sim = await startSim({ customers: 3 });
  const { callback_url } = await startReceiver(200);
  const page = await (await open(sim, { ...wanted, callback_url })).text();
  expect(linkOf(page, 'deny')).toBe(
    'https://sync.example.com/connect?grant=7&success=0&user_id=4f2a',
  );
  expect(sim.keys).toHaveLength(1);
});

test('plain permalinks: by the variables of the query alone', async () => {
  const sim = await startSim({ customers: 3, permalinks: 'plain' });
  const { callback_url } = await startReceiver(200);
  expect((await open(sim, { ...wanted, callback_url })).status).toBe(404);
  const path = '/index.php?wc-auth-version=1&wc-auth-route=authorize';
  const page = await (await open(sim, { ...wanted, callback_url }, path)).text();
  const done = await fetch(linkOf(page, 'approve'), { redirect: 'manual' });
  expect(done.status).toBe(302);
});

test('what is missing or wrong is named, with 401', async () => {
  const sim = await startSim({ customers: 3 });
  const callback_url = 'https://sync.example.com/keys';
  const wrong: [Record<string, string>, string][] = [
    [{ ...wanted }, 'Error: Missing parameter callback_url.'],
    [{ ...wanted, callback_url, app_name: '' }, 'Error: Missing parameter app_name.'],
    [{ ...wanted, callback_url, scope: 'all' }, 'Error: Invalid scope all.'],
    [{ ...wanted, callback_url: 'http://' }, 'Error: The http:// is not a valid URL.'],
    [
      { ...wanted, callback_url: 'http://sync.example.com/keys' },
      'Error: The callback_url needs to be over SSL.',
    ],
  ];
  for (const [query, message] of wrong) {
    const answer = await open(sim, query);
    expect([answer.status, (await answer.text()).includes(message)]).toEqual([401, true]);
  }
  const forged = await open(sim, { ...wanted, callback_url }, '/wc-auth/v1/access_granted');
  expect([forged.status, (await forged.text()).includes('Invalid nonce verification')]).toEqual([
    401,
    true,
  ]);
  expect(sim.keys).toHaveLength(1);
});
