import { describe, expect, test } from 'vitest';
import type { FaultRule, WooSim } from '../src/index.ts';
import { ask, page, range, startSim } from './client.ts';

const statuses = async (sim: WooSim, requests: number): Promise<number[]> => {
  const seen: number[] = [];
  for (let n = 0; n < requests; n++) {
    const response = await ask(sim, '/wp-json/wc/v3/customers');
    await response.text();
    seen.push(response.status);
  }
  return seen;
};
const serverError: FaultRule['fault'] = { kind: 'status', status: 503 };

const luckOf = async (seed: number): Promise<number[]> => {
  const sim = await startSim({ customers: 1, seed });
  sim.faults.add({ probability: 0.5, fault: serverError });
  return statuses(sim, 30);
};

describe('which requests a rule matches', () => {
  test('skip and times count the requests that match', async () => {
    const sim = await startSim({ customers: 10 });
    const rule = sim.faults.add({
      route: '/customers',
      method: 'GET',
      skip: 1,
      times: 2,
      fault: serverError,
    });
    await ask(sim, '/');
    expect(await statuses(sim, 5)).toEqual([200, 503, 503, 200, 200]);
    expect(rule.hits).toBe(2);
    expect(sim.requests.at(2)).toMatchObject({ status: 503, rows: 0, faults: ['status'] });
  });

  test('the same seed gives the same faults', async () => {
    const first = await luckOf(1);
    expect(new Set(first)).toEqual(new Set([200, 503]));
    expect(await luckOf(1)).toEqual(first);
    expect(await luckOf(2)).not.toEqual(first);
  });

  test('page, offset and customer', async () => {
    const sim = await startSim({ customers: 500 });
    const statusOf = async (query: string): Promise<number> =>
      (await page(sim, query)).response.status;
    sim.faults.set([{ page: [2, 3], fault: { kind: 'empty' } }]);
    const bodies = [];
    for (const number of [1, 2, 3, 4])
      bodies.push(await (await ask(sim, `/wp-json/wc/v3/customers?page=${number}`)).text());
    expect(bodies.map((body) => body === '')).toEqual([false, true, true, false]);
    sim.faults.set([{ offset: [100, 199], fault: { kind: 'status', status: 500 } }]);
    expect([await statusOf('page=1'), await statusOf('offset=150')]).toEqual([200, 500]);
    sim.faults.set([{ customerId: 250, fault: { kind: 'status', status: 404 } }]);
    expect([await statusOf('page=2'), await statusOf('page=3')]).toEqual([200, 404]);
    expect((await ask(sim, '/wp-json/wc/v3/customers/250')).status).toBe(404);
    expect((await ask(sim, '/wp-json/wc/v3/customers/251')).status).toBe(200);
  });

  test('revoked one by one, or all at once', async () => {
    const sim = await startSim({ customers: 1 });
    const rule = sim.faults.add({ fault: serverError });
    sim.faults.add({ fault: { kind: 'status', status: 500 } });
    expect(await statuses(sim, 1)).toEqual([503]);
    rule.remove();
    expect(await statuses(sim, 1)).toEqual([500]);
    sim.faults.clear();
    expect(await statuses(sim, 1)).toEqual([200]);
  });

  test('a rejected write has no effect', async () => {
    const sim = await startSim({ customers: 1 });
    sim.faults.add({ fault: serverError });
    await ask(sim, '/wp-json/wc/v3/customers/1?force=true', { method: 'DELETE' });
    expect(sim.customers.size).toBe(1);
  });
});

describe('responses of another kind', () => {
  test.each([401, 403, 404, 429, 500, 502, 503, 504])('%i as JSON and as HTML', async (status) => {
    const sim = await startSim({ customers: 1 });
    sim.faults.add({ times: 1, fault: { kind: 'status', status } });
    sim.faults.add({ fault: { kind: 'status', status, body: 'html' } });
    const json = await ask(sim, '/wp-json/wc/v3/customers');
    expect(await json.json()).toMatchObject({ code: expect.any(String), data: { status } });
    const html = await ask(sim, '/wp-json/wc/v3/customers');
    expect([html.status, html.headers.get('content-type')]).toEqual([
      status,
      'text/html; charset=UTF-8',
    ]);
    expect(await html.text()).toContain(`<h1>${status} `);
  });

  test('Retry-After in seconds, as a date, as rubbish', async () => {
    const now = Date.UTC(2026, 10, 24, 3);
    const sim = await startSim({ customers: 1, now: () => now });
    const reported: (string | null)[] = [];
    for (const retryAfter of [2, -1, 1e9, 'soon', { dateInMs: 60_000 }]) {
      sim.faults.set([{ fault: { kind: 'status', status: 429, retryAfter } }]);
      reported.push((await ask(sim, '/')).headers.get('retry-after'));
    }
    expect(reported).toEqual(['2', '-1', '1000000000', 'soon', 'Tue, 24 Nov 2026 03:01:00 GMT']);
  });

  test('maintenance as 200, captcha as 202, redirect, empty response', async () => {
    const sim = await startSim({ customers: 1 });
    const next = async (fault: FaultRule['fault']): Promise<Response> => {
      sim.faults.set([{ fault }]);
      return ask(sim, '/wp-json/wc/v3/customers');
    };
    const maintenance = await next({ kind: 'html200' });
    expect([maintenance.status, await maintenance.text()]).toEqual([
      200,
      expect.stringContaining('maintenance'),
    ]);
    const captcha = await next({ kind: 'html200', captcha: true });
    expect([captcha.status, captcha.headers.get('sg-captcha')]).toEqual([202, 'challenge']);
    const moved = await next({ kind: 'redirect', to: 'http://127.0.0.1/x', status: 307 });
    expect([moved.status, moved.headers.get('location')]).toEqual([307, 'http://127.0.0.1/x']);
    const empty = await next({ kind: 'empty' });
    expect([empty.status, empty.headers.get('content-length'), await empty.text()]).toEqual([
      200,
      '0',
      '',
    ]);
  });
});

describe('lists that mislead', () => {
  test('a poisoned customer breaks every page that contains it, and no other', async () => {
    const sim = await startSim({ customers: 300 });
    sim.faults.add({ fault: { kind: 'poison', ids: [150] } });
    const { response } = await page(sim, 'page=2');
    expect(response.status).toBe(500);
    expect((await page(sim, 'page=1')).ids).toEqual(range(1, 100));
    expect((await page(sim, 'offset=150')).ids[0]).toBe(151);
    const single = await ask(sim, '/wp-json/wc/v3/customers/150');
    expect([single.status, await single.json()]).toEqual([
      500,
      expect.objectContaining({ code: 'internal_server_error', additional_errors: [] }),
    ]);
  });

  test('the same page forever', async () => {
    const sim = await startSim({ customers: 250 });
    sim.faults.add({ fault: { kind: 'same-page', offset: 100 } });
    expect((await page(sim, 'page=1')).ids).toEqual(range(101, 200));
    expect((await page(sim, 'offset=240')).ids).toEqual(range(101, 200));
  });

  test('a list without an end grows by new ids', async () => {
    const sim = await startSim({ customers: 150 });
    sim.faults.add({ fault: { kind: 'endless-list' } });
    expect((await page(sim, 'page=2')).ids).toEqual(range(101, 200));
    const far = await page(sim, 'page=50');
    expect(far.ids).toEqual(range(4901, 5000));
    expect(far.response.headers.get('x-wp-total')).toBe('5100');
  });

  test('a store that serves at most 10 rows: pages of ten, and any offset', async () => {
    const sim = await startSim({ customers: 50 });
    sim.faults.add({ fault: { kind: 'per-page-cap', rows: 10 } });
    const second = await page(sim, 'page=2');
    expect(second.ids).toEqual(range(11, 20));
    expect(second.response.headers.get('x-wp-totalpages')).toBe('5');
    expect((await page(sim, 'offset=5')).ids).toEqual(range(6, 15));
  });

  test('order ignored, on the page or in the whole list', async () => {
    const sim = await startSim({ customers: 300 });
    const rule = sim.faults.add({ fault: { kind: 'shuffle', scope: 'page' } });
    const shuffledPage = (await page(sim, 'page=2')).ids;
    expect(shuffledPage).not.toEqual(range(101, 200));
    expect(shuffledPage.toSorted((a, b) => a - b)).toEqual(range(101, 200));
    rule.remove();
    sim.faults.add({ fault: { kind: 'shuffle', scope: 'list' } });
    const [one, other] = [await page(sim, 'page=1'), await page(sim, 'page=1')];
    expect(new Set(one.ids).size).toBe(100);
    expect(one.ids).not.toEqual(other.ids);
  });

  test('repeated rows on a page, rows of the previous page, rows hidden after the limit', async () => {
    const sim = await startSim({ customers: 30 });
    const ids = async (fault: FaultRule['fault'], query: string): Promise<number[]> => {
      sim.faults.set([{ fault }]);
      return (await page(sim, query)).ids;
    };
    const query = 'per_page=5&page=2';
    expect(await ids({ kind: 'duplicate', rows: 2 }, query)).toEqual([6, 7, 8, 6, 7]);
    expect(await ids({ kind: 'duplicate', rows: 2, from: 'previous' }, query)).toEqual([
      4, 5, 6, 7, 8,
    ]);
    expect(await ids({ kind: 'hide', ids: [7, 9] }, query)).toEqual([6, 8, 10]);
  });

  test('false totals', async () => {
    const sim = await startSim({ customers: 200 });
    const reported: (string | null)[][] = [];
    const lies = [
      'missing',
      '0',
      'abc',
      '-1',
      '1000000000',
      { factor: 0.5 },
      { perRequest: 10 },
      { perRequest: -10 },
    ] as const;
    for (const total of lies) {
      sim.faults.set([{ fault: { kind: 'totals', total } }]);
      for (const number of [1, 2]) {
        const { headers } = (await page(sim, `page=${number}`)).response;
        if (number === 2)
          reported.push([headers.get('x-wp-total'), headers.get('x-wp-totalpages')]);
      }
    }
    expect(reported).toEqual([
      [null, null],
      ['0', '0'],
      ['abc', 'abc'],
      ['-1', '0'],
      ['1000000000', '10000000'],
      ['100', '1'],
      ['220', '3'],
      ['180', '2'],
    ]);
  });

  test('rows with bad values, down to the text of a number', async () => {
    const sim = await startSim({ customers: 3 });
    sim.faults.add(
      {
        fault: { kind: 'patch-row', ids: [1], set: { billing: [], email: null }, remove: ['role'] },
      },
      { fault: { kind: 'patch-row', ids: [2], replace: [['"id":2', '"id":9007199254740993']] } },
    );
    const text = await (await ask(sim, '/wp-json/wc/v3/customers?orderby=id')).text();
    expect(text).toContain('{"id":9007199254740993,');
    const rows: Record<string, unknown>[] = JSON.parse(text);
    expect(rows[0]).toMatchObject({ id: 1, billing: [], email: null });
    expect(rows[0]).not.toHaveProperty('role');
    expect(rows[2]).toMatchObject({ id: 3, role: 'customer' });
    const single = await ask(sim, '/wp-json/wc/v3/customers/1');
    expect(await single.json()).toMatchObject({ email: null });
  });
});

describe('a store that changes during the walk', () => {
  test('just before the chosen request', async () => {
    const sim = await startSim({ customers: 200 });
    sim.faults.add({
      skip: 1,
      times: 1,
      fault: { kind: 'mutate', deleteLowest: 1, create: 2, update: [50] },
    });
    expect((await page(sim, 'page=1')).ids.at(-1)).toBe(100);
    const second = await page(sim, 'page=2');
    expect([second.ids[0], second.response.headers.get('x-wp-total')]).toEqual([102, '201']);
    expect(sim.customers.get(1)).toBeUndefined();
  });

  test('by a hook that knows the request', async () => {
    const sim = await startSim({ customers: 100 });
    sim.faults.add({
      fault: {
        kind: 'hook',
        run: ({ request, customers }) => void (request.n === 2 && customers.delete(3)),
      },
    });
    expect((await page(sim)).ids).toHaveLength(100);
    expect((await page(sim)).ids).toHaveLength(99);
  });
});
