import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  customerFixture,
  type FaultRule,
  type SimCustomer,
  type SimKey,
  type WooSim,
} from '../src/index.ts';
import { basic, startSim } from './client.ts';
import type { Exchange } from './recordings.ts';

const folder = new URL('../fixtures/other-versions/', import.meta.url);

const exchangeOf = (file: string): Exchange =>
  JSON.parse(readFileSync(new URL(file, folder), 'utf8'));

const admin: SimKey = {
  consumerKey: 'ck_admin',
  consumerSecret: 'cs_admin',
  permissions: 'read_write',
  userRole: 'administrator',
};
const manager: SimKey = { ...admin, consumerKey: 'ck_manager', userRole: 'shop_manager' };

interface Row extends Record<string, unknown> {
  id: number;
  role: string;
  billing: Record<string, unknown>;
}

const rowsOf = (exchange: Exchange): Row[] => {
  const value: unknown = JSON.parse(exchange.response.body);
  return Array.isArray(value) ? (value as Row[]) : [];
};

function customersOf(exchange: Exchange): SimCustomer[] {
  return rowsOf(exchange).map((row) =>
    customerFixture({ ...(row as unknown as Partial<SimCustomer>), id: row.id, roles: [row.role] }),
  );
}

async function replay(sim: WooSim, { request }: Exchange, key = admin) {
  const query = new URLSearchParams(request.query).toString();
  const response = await fetch(`${sim.url}${request.path}?${query}`, {
    method: request.method,
    headers: {
      ...(request.auth === 'none' ? {} : { authorization: basic(key) }),
      'content-type': 'application/json',
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** The content of a row, without host names and fields of later versions. */
function comparable(row: Row): Record<string, unknown> {
  const { _links, avatar_url: _, date_created: __, date_modified: ___, ...rest } = row;
  return rest;
}

describe.each(['v53', 'v105', 'v110'])('WooCommerce as recorded: %s', (version) => {
  const recorded = (name: string) => exchangeOf(`${version}-${name}.json`);
  const open = () =>
    startSim({
      customers: customersOf(recorded('customers')),
      keys: [admin, manager],
      managersSeeMetaData: version === 'v53',
    });

  test('customers, and without meta data for a shop manager', async () => {
    const sim = await open();
    for (const [name, key] of [
      ['customers', admin],
      ['customers-manager-key', manager],
    ] as const) {
      const answer = await replay(sim, recorded(name), key);
      expect(answer.status).toBe(recorded(name).response.status);
      const rows: Row[] = JSON.parse(answer.body);
      const expected = rowsOf(recorded(name));
      expect(rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      for (const [index, row] of expected.entries()) {
        expect(comparable(rows[index]!)).toMatchObject(comparable(row));
        expect('meta_data' in rows[index]!).toBe('meta_data' in row);
      }
    }
  });

  test('past the end is an empty list', async () => {
    const sim = await open();
    const answer = await replay(sim, recorded('customers-last'));
    expect([answer.status, answer.body]).toEqual([200, recorded('customers-last').response.body]);
  });

  test('a webhook that was disabled and made active again keeps its count of failures (R5)', async () => {
    const sim = await startSim({ keys: [admin], postDelivery: () => Promise.resolve(500) });
    const created = await replay(sim, recorded('webhook-create'));
    expect(created.status).toBe(201);
    const webhook = sim.webhooks.all[0]!;
    const fail = async () => {
      sim.customers.update(1, { first_name: String(Math.random()) });
      await sim.flushDeliveries();
    };
    while (webhook.status === 'active') await fail();
    const again = await fetch(`${sim.url}/wp-json/wc/v3/webhooks/${webhook.id}`, {
      method: 'PUT',
      headers: { authorization: basic(admin), 'content-type': 'application/json' },
      body: JSON.stringify(recorded('webhook-reactivate').request.body),
    });
    expect(((await again.json()) as { status: string }).status).toBe('active');
    expect([webhook.status, webhook.failureCount]).toEqual(['active', 6]);
    await fail();
    expect(webhook.status).toBe('disabled');
  });
});

describe('stores with problems, as recorded', () => {
  const status = (name: string): FaultRule => {
    const { response } = exchangeOf(name);
    const contentType = response.headers['content-type'] ?? '';
    const retryAfter = response.headers['retry-after'];
    return {
      fault: {
        kind: 'status',
        status: response.status,
        body: { text: response.body, contentType },
        ...(retryAfter === undefined ? {} : { retryAfter }),
      },
    };
  };
  const faults: [string, FaultRule[]][] = [
    ['v105-database-down.json', [{ fault: { kind: 'wp-die', reason: 'database' } }]],
    ['v105-maintenance.json', [{ fault: { kind: 'wp-die', reason: 'maintenance' } }]],
    ['v105-empty-200.json', [{ fault: { kind: 'empty' } }]],
    ['v105-fatal-500.json', [status('v105-fatal-500.json')]],
  ];
  test.each(faults)('%s', async (file, rules) => {
    const sim = await startSim({ keys: [admin] });
    sim.faults.add(...rules);
    const { response } = exchangeOf(file);
    const answer = await replay(sim, exchangeOf(file));
    expect([answer.status, answer.body]).toEqual([response.status, response.body]);
    expect(answer.headers.get('retry-after')).toBe(response.headers['retry-after'] ?? null);
  });

  test('v105-notice-before-404.json: a notice stands before an error too', async () => {
    const sim = await startSim({ keys: [admin] });
    const { response } = exchangeOf('v105-notice-before-404.json');
    const notice = response.body.slice(0, response.body.indexOf('{'));
    sim.faults.add({ fault: { kind: 'php-notice', text: notice } });
    const answer = await replay(sim, exchangeOf('v105-notice-before-404.json'));
    expect([answer.status, answer.body]).toEqual([404, response.body]);
  });

  test('v105-prefix-home.json, v105-prefix-wp-json.json: a changed prefix of the API', async () => {
    const sim = await startSim({ keys: [admin], restPrefix: 'api' });
    const home = await replay(sim, exchangeOf('v105-prefix-home.json'));
    expect(home.headers.get('link')).toBe(`<${sim.url}/api/>; rel="https://api.w.org/"`);
    const index = await fetch(`${sim.url}/api/`);
    expect(((await index.json()) as { namespaces: string[] }).namespaces).toContain('wc/v3');
    expect((await fetch(`${sim.url}/wp-json/`)).status).toBe(404);
  });
});

test('recordings of every other version exist', () => {
  expect(readdirSync(folder)).toHaveLength(41);
});
