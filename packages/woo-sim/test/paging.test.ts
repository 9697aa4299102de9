import { describe, expect, test } from 'vitest';
import { ask, idsOf, page, range, startSim } from './client.ts';

describe('a walk by id', () => {
  test.each([0, 1, 99, 100, 101, 797])(
    'meets each of %i customers once, then an empty page',
    async (count) => {
      const sim = await startSim({ customers: count });
      const seen: number[] = [];
      for (let number = 1; ; number++) {
        const { ids, response } = await page(sim, `page=${number}`);
        expect(response.headers.get('x-wp-total')).toBe(String(count));
        expect(response.headers.get('x-wp-totalpages')).toBe(String(Math.ceil(count / 100)));
        if (ids.length === 0) break;
        seen.push(...ids);
      }
      expect(seen).toEqual(count === 0 ? [] : range(1, count));
    },
  );

  test('an offset beats the page, 0 counts as none, descending counts from the end', async () => {
    const sim = await startSim({ customers: 300 });
    expect((await page(sim, 'offset=7&page=3')).ids[0]).toBe(8);
    expect((await page(sim, 'offset=0&page=3')).ids[0]).toBe(201);
    expect((await page(sim, 'order=desc&offset=295')).ids).toEqual([5, 4, 3, 2, 1]);
    expect((await page(sim, 'order=desc&offset=300')).ids).toEqual([]);
  });

  test('a deletion on a page already read hides an active customer; ids are not reused', async () => {
    const sim = await startSim({ customers: 200 });
    const first = await page(sim, 'page=1');
    sim.customers.delete(8);
    const second = await page(sim, 'page=2');
    expect(first.ids.at(-1)).toBe(100);
    expect(second.ids[0]).toBe(102);
    sim.customers.delete(200);
    expect(sim.customers.create().id).toBe(201);
    expect((await page(sim, 'page=2')).ids.at(-1)).toBe(201);
  });

  test('100,000 customers answer at any depth with the same rows for the same seed', async () => {
    const [one, other] = [
      await startSim({ customers: 100_000 }),
      await startSim({ customers: 100_000 }),
    ];
    const query =
      '/wp-json/wc/v3/customers?orderby=id&per_page=3&offset=99990&_fields=id,email,billing';
    const rows = await (await ask(one, query)).text();
    expect(await (await ask(other, query)).text()).toBe(rows);
    expect(JSON.parse(rows)).toMatchObject([{ id: 99_991 }, { id: 99_992 }, { id: 99_993 }]);
  });
});

describe('orders that tie', () => {
  test.each(['registered_date', 'name'])(
    'by %s, pages repeat some rows and miss others',
    async (orderby) => {
      const sim = await startSim({ customers: 84 });
      const ids: number[] = [];
      for (const number of range(1, 12)) {
        const query = `orderby=${orderby}&per_page=7&page=${number}&_fields=id`;
        const response = await ask(sim, `/wp-json/wc/v3/customers?${query}`);
        ids.push(...idsOf(await response.text()));
      }
      expect(ids).toHaveLength(84);
      expect(new Set(ids).size).toBeLessThan(84);
    },
  );
});

describe('staff', () => {
  test('is listed under role=all alone, and never deleted', async () => {
    const sim = await startSim({ customers: 2, staff: true });
    const customersOnly = await ask(sim, '/wp-json/wc/v3/customers?orderby=id&_fields=id,role');
    expect(await customersOnly.json()).toEqual([
      { id: 4, role: 'customer' },
      { id: 5, role: 'customer' },
    ]);
    expect((await page(sim)).ids).toEqual([1, 2, 3, 4, 5]);
    const deleted = await ask(sim, '/wp-json/wc/v3/customers/1?force=true', { method: 'DELETE' });
    expect(deleted.status).toBe(403);
  });
});

describe('the log of requests', () => {
  test('shows the rows and never a key', async () => {
    const sim = await startSim({ customers: 30 });
    const { consumerKey, consumerSecret } = sim.defaultCredentials;
    const keys = `consumer_key=${consumerKey}&consumer_secret=${consumerSecret}`;
    await fetch(`${sim.url}/wp-json/wc/v3/customers?per_page=20&${keys}&oauth_signature=x`);
    expect(sim.requests).toMatchObject([
      { n: 1, method: 'GET', path: '/wp-json/wc/v3/customers', status: 200, rows: 20 },
    ]);
    expect(sim.requests[0]?.query).toBe(
      'per_page=20&consumer_key=***&consumer_secret=***&oauth_signature=***',
    );
    expect(sim.connections).toMatchObject({ total: 1, mostActive: 1 });
  });
});
