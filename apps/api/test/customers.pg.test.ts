import { CUSTOMER_SORTS } from '@mantis-sync/sync-core';
import { get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { query } from '../../../test/support/call.ts';
import { insertStore } from '../../../test/support/drive-run.ts';
import { createKey, signInMember, type Member } from '../../../test/support/sign-in.ts';
import { startTestApi, type TestApi } from '../../../test/support/start-test-api.ts';

let api: TestApi;
let ada: Member;
let eve: Member;
let mainStore: string;
let outlet: string;

interface Person {
  id: number;
  first: string;
  last: string;
  email?: string | null;
  company?: string;
  city?: string;
  phone?: string;
  country?: string;
  role?: string;
  paying?: boolean;
  isDeleted?: boolean;
}

const people: Person[] = [
  {
    id: 1,
    first: 'Zoé',
    last: 'Müller',
    email: 'zoe@x.test',
    city: 'Zürich',
    phone: '+41 79 123 45 67',
  },
  {
    id: 2,
    first: 'Søren',
    last: 'Weiß',
    company: '50%_off GmbH',
    country: 'DE',
    role: 'wholesale',
  },
  { id: 3, first: 'anna', last: 'O’Hara', email: 'Anna.Hara@x.test', paying: true },
  { id: 4, first: 'Ida', last: 'Muller', email: null, isDeleted: true },
  { id: 1_234, first: '=cmd|x', last: '"Quote", Jr.', company: '+1', city: '@home', phone: '-7' },
];

async function insertPerson({ orgId }: Member, storeId: string, person: Person): Promise<void> {
  const { id, first, last, email = `u${id}@x.test`, company = '', city = '', phone = '' } = person;
  const { country = 'CH', role = 'customer', paying = false, isDeleted = false } = person;
  await api.db.admin.query(
    `insert into customer (org_id, store_id, woo_id, email, username, first_name, last_name, role, company,
                           phone, city, country, is_paying_customer, billing, shipping, meta_data, extra,
                           content_hash, fetched_at, updated_at, deleted_at)
     values ($1, $2, $3::integer, $4, 'login' || $3::integer, $5, $6, $7, $8, $9, $10, $11, $12, '{}', '{}', '[]', '{}',
             sha256('x'), now(), '2026-01-01Z'::timestamptz + make_interval(secs => $3::integer),
             case when $13 then '2026-02-01Z'::timestamptz end)`,
    [
      orgId,
      storeId,
      id,
      email,
      first,
      last,
      role,
      company,
      phone,
      city,
      country,
      paying,
      isDeleted,
    ],
  );
}

async function insertPeople(member: Member, storeId: string, secondStore: string): Promise<void> {
  for (const person of people) await insertPerson(member, storeId, person);
  await insertPerson(member, secondStore, {
    id: 3,
    first: 'Otto',
    last: 'Outlet',
    city: 'Goes Þóra',
  });
}

/** Customers with numbers for names, a hundredth and three of them with a first name of their own. */
async function insertMany(
  { orgId }: Member,
  storeId: string,
  count: number,
  idsFrom = 0,
): Promise<void> {
  await api.db.admin.query(
    `insert into customer (org_id, store_id, woo_id, email, username, first_name, last_name, role, company,
                           phone, city, country, is_paying_customer, billing, shipping, meta_data, extra,
                           content_hash, fetched_at, updated_at)
     select $1, $2, $4::integer + n, null, '', case when n <= 3 then 'Rara' when n % 100 = 1 then 'Hundredth' else 'Often' end,
            'N' || n, 'customer', '', '', '', 'CH', n % 700 = 0, '{}', '{}', '[]', '{}', sha256('x'), now(),
            now() - make_interval(secs => 9000 - n)
       from generate_series(1, $3::integer) n`,
    [orgId, storeId, count, idsFrom],
  );
}

beforeAll(async () => {
  api = await startTestApi();
  ada = await signInMember(api, 'Ada');
  eve = await signInMember(api, 'Eve');
  mainStore = await insertStore(api, ada);
  outlet = await insertStore(api, ada);
  await insertPeople(ada, mainStore, outlet);
  const elsewhere = await insertStore(api, eve);
  await insertPerson(eve, elsewhere, { id: 1, first: 'Zoé', last: 'Müller-Eve' });
});
afterAll(() => api.close());

async function search(input: object, member = ada) {
  const { body } = await query(api, 'customer.search', input, { cookie: member.cookie });
  return body.result.data;
}

const idsOf = async (input: object, member = ada) =>
  (await search(input, member)).items.map(({ wooId }) => wooId);

/** A search, and the ids of whom it finds. */
const searches: [name: string, input: Record<string, unknown>, ids: number[]][] = [
  ['by name, without accents and capitals', { q: 'MULLER' }, [1]],
  ['by a part in the middle', { q: 'ülle' }, [1]],
  ['by letters that do not come apart', { q: 'soren weiss' }, [2]],
  ['by several words, wherever each is', { q: 'zurich zoe' }, [1]],
  ['by e-mail', { q: 'hara@X' }, [3]],
  ['by the complete e-mail address', { q: 'Anna.Hara@x.test' }, [3]],
  ['by words of three and five letters', { q: 'nna O’Har' }, [3]],
  ['by two words of several forms', { q: 'müller zoe' }, [1]],
  ['not by digits whose parts stand apart', { q: '417567' }, []],
  ['with a straight apostrophe', { q: "o'hara" }, [3]],
  ['with a curly one', { q: 'o’hara' }, [3]],
  ['without one', { q: 'ohara' }, [3]],
  ['by ue for ü', { q: 'mueller' }, [1]],
  ['by ö for oe', { q: 'gös' }, [3]],
  ['by ss for ß and back', { q: 'weiß' }, [2]],
  ['by th for Þ', { q: 'thora' }, [3]],
  ['by Þ for th', { q: 'Þora' }, [3]],
  ['by a percent sign, as it is', { q: '%' }, [2]],
  ['by an underscore, as it is', { q: '_' }, [2]],
  ['by the beginning of a telephone number', { q: '+41 79' }, [1]],
  ['by a telephone number, however it is written', { q: '079 1234567' }, [1]],
  ['by the beginning of a word, from two letters', { q: 'wei' }, [2]],
  ['not by two letters in the middle', { q: 'ei' }, []],
  ['by one letter', { q: 'z' }, [1]],
  ['by characters that mean something to LIKE, as they are', { q: '0%_o' }, [2]],
  ['not by what LIKE would make of them', { q: '5_%f' }, []],
  ['by username', { q: 'login2' }, [2]],
  ['by the store’s number, which stands first', { q: '1234', sort: 'name' }, [1_234, 1]],
  ['by that number alone', { q: '#3' }, [3, 3]],
  ['by that number in one store', { q: '#3', storeId: '' }, [3]],
  ['when deleted, if asked', { q: 'muller', status: 'deleted' }, [4]],
  ['either way', { q: 'muller', status: 'all' }, [4, 1]],
  ['by role', { role: 'wholesale' }, [2]],
  ['by country', { country: 'DE' }, [2]],
  ['by having paid', { paying: true }, [3]],
];

describe('customers are found', () => {
  test.each([...searches, ['newest change first', {}, [1_234, 3, 3, 2, 1]] as const])(
    '%s',
    async (_name, input, ids) => {
      expect(await idsOf({ ...input, ...('storeId' in input && { storeId: outlet }) })).toEqual(
        ids,
      );
    },
  );

  describe('by the index, behind others that changed later', () => {
    let crowd: Member;
    let store: string;
    beforeAll(async () => {
      crowd = await signInMember(api, 'Crowd');
      store = await insertStore(api, crowd);
      await insertMany(crowd, await insertStore(api, crowd), 650, 10_000);
      await insertPeople(crowd, await insertStore(api, crowd), store);
    });

    test.each(searches)('%s', async (_name, input, ids) => {
      const all = { ...input, ...('storeId' in input && { storeId: store }) };
      expect(await idsOf(all, crowd)).toEqual(ids);
    });
  });

  test('only within one’s own organisation, and not without one', async () => {
    const { items, total, words } = await search({ q: ' muller  zoe' }, eve);
    expect(items.map(({ lastName }) => lastName)).toEqual(['Müller-Eve']);
    expect(words).toEqual(['muller', 'zoe']);
    expect(total).toEqual({ count: 1, isExact: true });
    const sql = `select ids from mantis.find_customers('{}', null, null, null, null, 'all', 'name', null, null, 9, 9)`;
    const outside = await api.db.database.withOrg(crypto.randomUUID(), (each) => each.query(sql));
    expect(outside.rows).toEqual([{ ids: [] }]);
    await expect(api.db.database.withSystem((each) => each.query(sql))).rejects.toMatchObject({
      code: '42501',
    });
  });

  test('by roles and countries that there are, of all stores or of one', async () => {
    const facets = async (input: object, { cookie } = ada) =>
      (await query(api, 'customer.facets', input, { cookie })).body.result.data;
    expect(await facets({})).toEqual({
      roles: ['customer', 'wholesale'],
      countries: ['CH', 'DE'],
    });
    expect(await facets({ storeId: outlet })).toEqual({ roles: ['customer'], countries: ['CH'] });
    expect(await facets({ storeId: mainStore }, eve)).toEqual({ roles: [], countries: [] });
  });

  test.each([
    ['mulelr', 'Müller'],
    ['zoe mullar', 'zoe Müller'],
    ['sorn weiss', 'Søren weiss'],
    ['thoora', 'Þóra'],
    ['zoe qwertz', null],
    ['zoe', null],
  ])('for %s, %s is suggested', async (q, suggestion) => {
    expect(await search({ q })).toMatchObject({ suggestion });
  });

  test.each(CUSTOMER_SORTS)('page by page, by %s, each once', async (sort) => {
    const whole = await search({ sort, status: 'all' });
    const seen = [];
    let cursor: string | null | undefined;
    do {
      const page = await search({ sort, status: 'all', limit: 2, ...(cursor && { cursor }) });
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(whole.items);
    expect(seen).toHaveLength(6);
  });

  test.each([
    ['changed', 'changed_asc'],
    ['name', 'name_desc'],
  ])('in the reverse order: %s and %s (A17)', async (sort, reversed) => {
    const forwards = await search({ sort, status: 'all' });
    const backwards = await search({ sort: reversed, status: 'all' });
    expect(backwards.items).toEqual(forwards.items.toReversed());
  });
});

describe('among many', () => {
  let busy: Member;
  beforeAll(async () => {
    busy = await signInMember(api, 'Busy');
    const storeId = await insertStore(api, busy);
    // More than one page; a walk reads the oldest last.
    await insertMany(busy, storeId, 8_000);
    await api.db.admin.query('vacuum analyze customer');
  });

  test('rare matches are found immediately, and frequent ones are counted up to a limit', async () => {
    const rare = await search({ q: 'rara' }, busy);
    expect(rare.items.map(({ wooId }) => wooId)).toEqual([3, 2, 1]);
    expect(rare).toMatchObject({ total: { count: 3, isExact: true }, nextCursor: null });
    const often = await search({ q: 'often', limit: 5 }, busy);
    expect(often.items).toHaveLength(5);
    expect(often.total).toEqual({ count: 1_000, isExact: false });
    const oldest = await search({ q: 'rara', sort: 'changed_asc' }, busy);
    expect(oldest.items.map(({ wooId }) => wooId)).toEqual([1, 2, 3]);
  });

  test.each([
    ['changed', '2100-01-01Z'],
    ['changed_asc', '2000-01-01Z'],
    ['name', 'n'],
    ['name_desc', 'o'],
  ])('a later page by %s reads no more, even of a table without statistics', async (sort, key) => {
    const session = await api.db.openSession();
    const readSoFar = async () => {
      const { rows } = await session.query<{ rows: number }>(
        `select pg_stat_get_xact_tuples_fetched('customer'::regclass) as rows`,
      );
      return rows[0]?.rows ?? 0;
    };
    try {
      await session.query('begin');
      await session.query(`delete from pg_statistic where starelid = 'customer'::regclass`);
      await session.query(`update pg_class set reltuples = -1 where oid = 'customer'::regclass`);
      await session.query(`select set_config('mantis.org_id', $1, true)`, [busy.orgId]);
      const before = await readSoFar();
      await session.query(
        `select from mantis.find_customers('{often}', null, null, null, null, 'all', $1, $2, 0, 50, 0)`,
        [sort, key],
      );
      expect((await readSoFar()) - before).toBeLessThanOrEqual(3_000);
    } finally {
      await session.query('rollback');
      await session.close();
    }
  });

  test('a rare match without an index is found by loading further pages', async () => {
    const found = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const page = await search({ paying: true, limit: 100, ...(cursor && { cursor }) }, busy);
      found.push(...page.items.map(({ wooId }) => wooId));
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor);
    expect(found).toEqual([7700, 7000, 6300, 5600, 4900, 4200, 3500, 2800, 2100, 1400, 700]);
    expect(pages).toBe(3);
  });

  test('the search role can use the trigram index, which the application’s role cannot', async () => {
    const plan = async (role: string) => {
      const session = await api.db.openSession();
      try {
        await session.query('begin');
        await session.query(`select set_config('mantis.org_id', $1, true)`, [busy.orgId]);
        // With so few rows any index is good enough; the table must not be scanned.
        await session.query(`do $$
          declare rival record;
          begin
            for rival in select conname from pg_constraint
                          where conrelid = 'customer'::regclass and contype in ('p', 'u') loop
              execute format('alter table customer drop constraint %I cascade', rival.conname);
            end loop;
            for rival in select indexrelid::regclass as name from pg_index
                          where indrelid = 'customer'::regclass and indexrelid <> 'customer_search_idx'::regclass loop
              execute format('drop index %s', rival.name);
            end loop;
          end $$`);
        await session.query(`set local enable_seqscan = off; set local role ${role}`);
        const { rows } = await session.query(
          `explain (costs off) select id from customer where org_id = mantis.org_id() and search_text like '%rara%'`,
        );
        return rows.map((row) => String(row['QUERY PLAN'])).join('\n');
      } finally {
        await session.query('rollback');
        await session.close();
      }
    };
    expect(await plan('mantis_search')).toMatch(
      /Scan on customer_search_idx\s+Index Cond: .*search_text ~~ '%rara%'/,
    );
    const unprivileged = await plan('mantis_app');
    expect(unprivileged).toContain(`search_text ~~ '%rara%'`);
    expect(unprivileged).not.toMatch(/(Index|Recheck) Cond: .*search_text/);
  });

  describe('an incomplete file', () => {
    beforeAll(async () => {
      // Counts its calls; from the second on, waits for a lock, and fails on demand.
      await api.db.admin.query(`
        create sequence calls;
        grant usage on calls to public;
        alter function mantis.find_customers rename to find_customers_itself;
        create function mantis.find_customers(
          words text[], in_store uuid, with_role text, with_country text, paying boolean, status text, sort text,
          after_key text, after_id bigint, wanted integer, count_to integer,
          out ids bigint[], out next_key text, out next_id bigint, out total integer, out is_exact boolean)
        language plpgsql as $$
        begin
          perform nextval('calls');
          if after_key is not null then
            perform pg_advisory_xact_lock_shared(4711);
            if with_country = 'CH' then raise 'on demand'; end if;
          end if;
          select * into ids, next_key, next_id, total, is_exact from mantis.find_customers_itself(
            words, in_store, with_role, with_country, paying, status, sort, after_key, after_id, wanted, count_to);
        end $$`);
    });

    test('fails for the client too', async () => {
      const { text, status } = await download('?country=CH', { cookie: busy.cookie });
      expect(status).toBe(200);
      await expect(text()).rejects.toThrow('terminated');
      expect(api.logged()).toContain('/api/v1/customers/export.csv');
    });

    test('cancelled by the client: no more is read', async () => {
      const lock = await api.db.openSession();
      await lock.query('select pg_advisory_lock(4711)');
      await api.db.admin.query(`select setval('calls', 1, false)`);
      const [socket, response] = await open(busy.cookie);
      await api.db.untilBlocked();
      response.destroy();
      if (!socket.destroyed) await once(socket, 'close');
      await lock.query('select pg_advisory_unlock(4711)');
      await expect
        .poll(async () => {
          const { rows } = await api.db.admin.query(
            `select from pg_stat_activity
              where datname = current_database() and pid <> pg_backend_pid()
                and state <> 'idle' and query like '%find_customers%'`,
          );
          return rows.length;
        })
        .toBe(0);
      const { rows } = await api.db.admin.query('select last_value from calls');
      expect(rows).toEqual([{ last_value: 2 }]);
    });
  });

  /** Begins a download on a connection of its own. @returns the server's end, and the client's */
  async function open(cookie: string): Promise<[Socket, IncomingMessage]> {
    const connected = once(api.api.app.server, 'connection') as Promise<[Socket]>;
    const url = `${api.url}/api/v1/customers/export.csv`;
    const request = get(url, { agent: false, headers: { cookie } });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return [(await connected)[0], response];
  }
});

async function download(asked: string, headers: Record<string, string>) {
  const response = await fetch(`${api.url}/api/v1/customers/export.csv${asked}`, { headers });
  const bytes = () => response.arrayBuffer();
  const text = async () => new TextDecoder('utf-8', { ignoreBOM: true }).decode(await bytes());
  return { status: response.status, headers: response.headers, text };
}

const header =
  'store,store_id,woo_id,email,first_name,last_name,company,username,role,phone,city,country,paying,' +
  'created_in_store_at,changed_at,deleted_at,' +
  'billing_address_1,billing_address_2,billing_postcode,billing_state,' +
  'shipping_first_name,shipping_last_name,shipping_company,shipping_address_1,shipping_address_2,' +
  'shipping_city,shipping_postcode,shipping_state,shipping_country';
const noAddress = ','.repeat(13);

describe('the file', () => {
  test('contains matching customers with their addresses, unchanged, by RFC 4180', async () => {
    await api.db.admin.query(
      'update customer set billing = $2, shipping = $3 where store_id = $1 and woo_id = 1',
      [
        mainStore,
        { address_1: 'Gasse 1', postcode: '8001', state: 'ZH', phone: '1' },
        { address_1: 'Weg 2', city: 'Bern', postcode: '3000', state: 'BE', country: 'CH' },
      ],
    );
    const { rows } = await api.db.admin.query('select name from woo_store where id = $1', [
      mainStore,
    ]);
    const { status, headers, text } = await download(
      `?store=${mainStore}&status=all&q=&role=customer`,
      {
        authorization: `Bearer ${await createKey(api, ada, { scope: 'read' })}`,
      },
    );
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="customers-\d{4}-\d\d-\d\d\.csv"$/,
    );
    const reported = api
      .logged()
      .split('\n')
      .filter((line) => line.includes('customers exported') && line.includes(ada.orgId));
    expect(reported.join('\n')).toContain('"actorType":"api_key"');
    expect(reported.join('\n')).not.toContain(mainStore);
    const start = `${String(rows[0]?.['name'])},${mainStore}`;
    expect((await text()).split('\r\n')).toEqual([
      header,
      `${start},1,zoe@x.test,Zoé,Müller,,login1,customer,+41 79 123 45 67,Zürich,CH,false,,2026-01-01T00:00:01.000Z,,Gasse 1,,8001,ZH,,,,Weg 2,,Bern,3000,BE,CH`,
      `${start},3,Anna.Hara@x.test,anna,O’Hara,,login3,customer,,,CH,true,,2026-01-01T00:00:03.000Z,${noAddress}`,
      `${start},4,,Ida,Muller,,login4,customer,,,CH,false,,2026-01-01T00:00:04.000Z,2026-02-01T00:00:00.000Z${noAddress}`,
      `${start},1234,u1234@x.test,=cmd|x,"""Quote"", Jr.",+1,login1234,customer,-7,@home,CH,false,,2026-01-01T00:20:34.000Z,${noAddress}`,
      '',
    ]);
  });

  test.each(['1234', '3', 'muller', '#3'])('holds whom a search for %s finds', async (q) => {
    const { text } = await download(`?q=${encodeURIComponent(q)}`, { cookie: ada.cookie });
    const ids = [...(await text()).matchAll(/^[^,]+,[0-9a-f-]{36},(\d+),/gm)].map(([, id]) =>
      Number(id),
    );
    const found = await idsOf({ q });
    expect(ids).toHaveLength(found.length);
    expect(new Set(ids)).toEqual(new Set(found));
  });

  test('for spreadsheets it begins with a byte order mark and contains no formula (S37, P12)', async () => {
    const { text } = await download(`?format=spreadsheet&store=${mainStore}&q=1234`, {
      cookie: ada.cookie,
    });
    const file = await text();
    expect(file.startsWith(`\uFEFF${header}\r\n`)).toBe(true);
    expect(file).toContain(
      `u1234@x.test,'=cmd|x,"""Quote"", Jr.",'+1,login1234,customer,'-7,'@home,CH`,
    );
  });

  test('contains nothing of another organisation, and is for members only', async () => {
    const foreign = await download(`?store=${mainStore}&status=all`, { cookie: eve.cookie });
    expect(await foreign.text()).toBe(`${header}\r\n`);
    expect((await download('', {})).status).toBe(401);
    expect((await download('?nonsense=1', { cookie: ada.cookie })).status).toBe(400);
    expect((await download('?store=1', { cookie: ada.cookie })).status).toBe(400);
  });
});
