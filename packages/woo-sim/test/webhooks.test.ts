import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { signDelivery } from '../src/index.ts';
import type { WooSim, WooSimOptions } from '../src/index.ts';
import { ask, ownKey, startSim } from './client.ts';

interface Received {
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/** A real receiver that answers with the next of the given statuses, then with the last one. */
async function startReceiver(
  statuses: number[] = [200],
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.statusCode = (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 200;
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => void server.close(() => resolve())));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}/hook`, received };
}

const hook = (sim: WooSim, topic: string, delivery_url: string) =>
  sim.webhooks.create({ topic, delivery_url, secret: 's3cret' }, ownKey(sim));

async function withReceiver(statuses?: number[], options: WooSimOptions = {}) {
  const receiver = await startReceiver(statuses);
  return { ...receiver, sim: await startSim({ customers: 20, ...options }) };
}

test('created by REST: an unsigned ping immediately, the secret never shown', async () => {
  const { sim, url, received } = await withReceiver();
  const response = await ask(sim, '/wp-json/wc/v3/webhooks', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ topic: 'customer.updated', delivery_url: url, secret: 's3cret' }),
  });
  expect(response.status).toBe(201);
  expect(await response.text()).not.toContain('s3cret');
  expect(received).toMatchObject([
    { body: 'webhook_id=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  ]);
  expect(received[0]?.headers['x-wc-webhook-signature']).toBeUndefined();
});

test('two updates before the queue runs become one delivery, signed, with the later state', async () => {
  const { sim, url, received } = await withReceiver();
  await hook(sim, 'customer.updated', url);
  received.length = 0;
  sim.customers.update(7, { billing: { city: 'Århus' } });
  sim.customers.update(7, { billing: { city: 'Ålborg' } });
  sim.customers.update(8, { first_name: 'by SQL' }, { silent: true });
  expect(sim.webhooks.pending).toBe(1);
  expect(await sim.flushDeliveries()).toMatchObject([{ customerId: 7, status: 200, ok: true }]);
  const [delivery] = received;
  expect(JSON.parse(delivery?.body ?? '')).toMatchObject({ id: 7, billing: { city: 'Ålborg' } });
  expect(delivery?.headers['x-wc-webhook-signature']).toBe(
    signDelivery('s3cret', delivery?.body ?? ''),
  );
  expect(received).toHaveLength(1);
});

test('the seventh failure in a row disables, no sooner; nothing is replayed afterwards', async () => {
  const { sim, url, received } = await withReceiver([200, 500]);
  const webhook = await hook(sim, 'customer.updated', url);
  for (let n = 1; n <= 7; n++) {
    expect(webhook.status).toBe('active');
    sim.customers.update(n, {});
    await sim.flushDeliveries();
  }
  expect(webhook.status).toBe('disabled');
  received.length = 0;
  sim.customers.update(9, {});
  expect(await sim.flushDeliveries()).toEqual([]);
  await ask(sim, '/wp-json/wc/v3/webhooks/1', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"status":"active"}',
  });
  expect(await sim.flushDeliveries()).toEqual([]);
  expect(received.map(({ body }) => body)).toEqual(['webhook_id=1']);
});

test('a redirect up to 302 counts as delivered, is not followed, and clears the failures', async () => {
  const { sim, url, received } = await withReceiver([200, 410, 302, 303]);
  const webhook = await hook(sim, 'customer.updated', url);
  const outcomes: [boolean, number][] = [];
  for (const id of [1, 2, 3]) {
    sim.customers.update(id, {});
    const [delivery] = await sim.flushDeliveries();
    outcomes.push([delivery?.ok ?? false, webhook.failureCount]);
  }
  expect(outcomes).toEqual([
    [false, 1],
    [true, 0],
    [false, 1],
  ]);
  expect(received).toHaveLength(4);
});

test('deleted fires for customers alone; created fires for everybody and comes with an update', async () => {
  const { sim, url, received } = await withReceiver(undefined, { staff: true });
  for (const topic of ['customer.created', 'customer.updated', 'customer.deleted'])
    await hook(sim, topic, url);
  const editor = sim.customers.create({ roles: ['editor'] });
  await sim.flushDeliveries();
  received.length = 0;
  sim.customers.delete(editor.id);
  sim.customers.delete(10);
  await sim.flushDeliveries();
  expect(received.map(({ body }) => body)).toEqual(['{"id":10}']);
  expect(sim.webhooks.deliveries.map(({ topic }) => topic)).toEqual([
    'customer.created',
    'customer.updated',
    'customer.deleted',
  ]);
});

test('a webhook owner without rights gets signed errors; an unreachable receiver counts as a failure', async () => {
  const { sim, url, received } = await withReceiver();
  const webhook = await hook(sim, 'customer.updated', url);
  for (const key of sim.keys) webhook.owner = { ...key, userRole: 'subscriber' };
  sim.customers.update(5, {});
  await sim.flushDeliveries();
  expect(JSON.parse(received.at(-1)?.body ?? '')).toMatchObject({
    code: 'woocommerce_rest_cannot_view',
    data: { status: 403 },
  });
  webhook.delivery_url = 'http://127.0.0.1:1/hook';
  sim.customers.update(6, {});
  expect(await sim.flushDeliveries()).toMatchObject([{ status: 0, ok: false }]);
});

test('with a delay set, deliveries leave by themselves', async () => {
  const posted = Promise.withResolvers<string>();
  const sim = await startSim({
    customers: 3,
    deliverAfterMs: 1,
    postDelivery: (_url, headers) => {
      if (headers['x-wc-webhook-topic']) posted.resolve(headers['x-wc-webhook-topic']);
      return Promise.resolve(200);
    },
  });
  await hook(sim, 'customer.deleted', 'http://127.0.0.1/hook');
  sim.customers.delete(2);
  expect(await posted.promise).toBe('customer.deleted');
});
