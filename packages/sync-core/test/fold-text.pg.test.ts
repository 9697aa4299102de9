// cspell:disable -- names in several spellings, some misspelt on purpose
import { createTestDatabase, type TestDatabase } from '@mantis-sync/dev-postgres/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseCustomer } from '../src/domain/customer-mapping.ts';
import { foldText } from '../src/domain/fold-text.ts';
import { searchText, sortName } from '../src/domain/search-text.ts';
import { createOrg, createStore } from './factories.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

test('the database folds every letter of the Latin, Greek and Cyrillic scripts as foldText does', async () => {
  const ranges = [
    [0x20, 0x24f],
    [0x2b0, 0x52f],
    [0x1e00, 0x1fff],
    [0x2000, 0x206f],
    [0xff01, 0xff5e],
  ] as const;
  const letters = ranges.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)),
  );
  const { rows } = await db.admin.query<{ letter: string; folded: string }>(
    'select letter, mantis.fold(letter) as folded from unnest($1::text[]) letter',
    [letters],
  );
  const different = rows.filter(({ letter, folded }) => folded !== foldText(letter));
  expect(different).toEqual([]);
});

test.each([
  {
    first_name: 'Zoé',
    last_name: 'O’Müller',
    billing: { company: 'Weiß & Þór', phone: '+41 (0)79 12' },
  },
  { first_name: '', last_name: ' ', billing: { company: 'ΟΔΥΣΣΕΥΣ ΑΕ', city: '大阪市' } },
  { email: null, username: '`Ádám`' },
])('what a worker of the previous version leaves out is filled in: %j', async (row) => {
  const parsed = parseCustomer({ id: 1, email: 'Ann.Ä@x.test', username: '', ...row }, new Date());
  if (!parsed.ok) throw new Error(parsed.message);
  const { customer } = parsed;
  const orgId = await createOrg(db);
  const storeId = await createStore(db, orgId);
  const insert = (wooId: number, text: string | null, name: string | null) =>
    db.admin.query(
      `insert into customer (org_id, store_id, woo_id, email, username, first_name, last_name, role, company,
                             phone, city, country, is_paying_customer, billing, shipping, meta_data, extra,
                             content_hash, fetched_at, search_text, sort_name)
       values ($1, $2, $3, $4, $5, $6, $7, '', $8, $9, $10, '', false, '{}', '{}', '[]', '{}', sha256('x'), now(),
               $11, $12)`,
      [
        orgId,
        storeId,
        wooId,
        customer.email,
        customer.username,
        customer.firstName,
        customer.lastName,
        customer.company,
        customer.phone,
        customer.city,
        text,
        name,
      ],
    );
  const expected = { search_text: searchText(customer), sort_name: sortName(customer) };
  const stored = async () => {
    const { rows } = await db.admin.query(
      'select search_text, sort_name from customer where store_id = $1 order by woo_id',
      [storeId],
    );
    return rows;
  };
  await insert(1, null, null);
  await insert(2, 'as', 'given');
  expect(await stored()).toEqual([expected, { search_text: 'as', sort_name: 'given' }]);
  await db.admin.query(`update customer set city = city || '' where store_id = $1`, [storeId]);
  expect(await stored()).toEqual([expected, { search_text: 'as', sort_name: 'given' }]);
  await db.admin.query(`update customer set city = 'Wien' where store_id = $1`, [storeId]);
  const moved = { ...expected, search_text: searchText({ ...customer, city: 'Wien' }) };
  expect(await stored()).toEqual([moved, moved]);
});
