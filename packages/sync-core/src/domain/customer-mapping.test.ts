import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedRow, recording } from '../../test/woo/recording.ts';
import { MAX_PARTS_SIZE, parseCustomer, rowId, type MappedCustomer } from './customer-mapping.ts';

const readAt = new Date('2026-11-29T12:00:00Z');

const address = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  company: 'Engines Ltd',
  address_1: '12 St James’s Square',
  address_2: '',
  city: 'London',
  postcode: 'SW1Y 4JH',
  country: 'GB',
  state: '',
  phone: '+44 20 7946 0000',
};

const row = {
  id: 5,
  date_created: '2023-01-09T09:00:00',
  date_created_gmt: '2023-01-09T08:00:00',
  date_modified: null,
  date_modified_gmt: null,
  email: 'ada@example.com',
  first_name: 'Ada',
  last_name: 'Lovelace',
  role: 'customer',
  username: 'ada',
  billing: { ...address, email: 'office@example.com' },
  shipping: address,
  is_paying_customer: true,
  avatar_url: 'https://secure.gravatar.com/avatar/x?s=96',
  meta_data: [],
  _links: { self: [{ href: 'https://shop.example.com/wp-json/wc/v3/customers/5' }] },
};

function parsed(
  changes: Record<string, unknown>,
): MappedCustomer & { warnings: readonly string[] } {
  const result = parseCustomer({ ...row, ...changes }, readAt);
  if (!result.ok) throw new Error(result.message);
  return { ...result.customer, warnings: result.warnings };
}

function rejection(given: unknown) {
  const result = parseCustomer(given, readAt);
  return result.ok ? 'ok' : result;
}

describe('rowId', () => {
  it('accepts only positive safe integers', () => {
    expect([1, 2 ** 31, Number.MAX_SAFE_INTEGER].map((id) => rowId({ id }))).toEqual([
      1,
      2 ** 31,
      Number.MAX_SAFE_INTEGER,
    ]);
    const bad = [-1, 0, 1.5, 2 ** 53, '5', '5abc', null, true, undefined, {}, Number.NaN];
    for (const id of bad) expect(rowId({ id })).toBeNull();
    for (const other of [null, undefined, 5, 'x', [], {}]) expect(rowId(other)).toBeNull();
  });
});

describe('parseCustomer', () => {
  it('maps a customer', () => {
    expect(parseCustomer(row, readAt)).toEqual({
      ok: true,
      warnings: [],
      customer: {
        wooId: 5,
        email: 'ada@example.com',
        username: 'ada',
        firstName: 'Ada',
        lastName: 'Lovelace',
        role: 'customer',
        company: 'Engines Ltd',
        phone: '+44 20 7946 0000',
        city: 'London',
        country: 'GB',
        billing: { ...address, email: 'office@example.com' },
        shipping: address,
        isPayingCustomer: true,
        avatarUrl: 'https://secure.gravatar.com/avatar/x?s=96',
        metaData: [],
        extra: {},
        dateCreated: new Date('2023-01-09T08:00:00Z'),
        dateModified: null,
        unknown: [],
      },
    });
  });

  it('accepts every recorded customer without a warning', () => {
    const page: unknown[] = JSON.parse(recording('customers-first-page').response.body);
    const names = ['meta-nested', 'no-email', 'no-billing', 'no-name', 'administrator'];
    const others = [...names, 'shop-manager-key-reads'].map((name) => recordedRow(`more-${name}`));
    for (const recorded of [...page, ...others]) {
      expect(parseCustomer(recorded, readAt)).toMatchObject({ ok: true, warnings: [] });
    }
  });

  it('keeps meta data of any shape, by id', () => {
    const { metaData } = parsed({
      meta_data: [
        { id: 9, key: 'b', value: { langs: ['de'], n: 1.5 } },
        { id: 3, key: 'a', value: null, other: 1 },
      ],
    });
    expect(metaData).toEqual([
      { id: 3, key: 'a', value: null },
      { id: 9, key: 'b', value: { langs: ['de'], n: 1.5 } },
    ]);
  });

  it('keeps unknown fields, those of addresses too, without links and local dates', () => {
    const billing = { ...address, vat: 'X1' };
    expect(parsed({ billing, loyalty: { points: 3 } }).extra).toEqual({
      billing: { vat: 'X1' },
      loyalty: { points: 3 },
    });
  });

  describe('named coercions', () => {
    it("takes PHP's empty list for an empty object", () => {
      const empty = parsed({ billing: [], shipping: [], meta_data: {} });
      expect(empty).toMatchObject({ billing: {}, shipping: {}, metaData: [], city: '' });
    });

    it("takes PHP's list with gaps for a list", () => {
      const { metaData } = parsed({
        meta_data: { 0: { id: 1, key: 'a', value: 1 }, 2: { key: 'b' } },
      });
      expect(metaData).toEqual([
        { id: null, key: 'b', value: null },
        { id: 1, key: 'a', value: 1 },
      ]);
    });

    it('treats null as an empty text, or an absent object', () => {
      const empty = { first_name: null, last_name: null, billing: null, avatar_url: null };
      expect(parsed(empty)).toMatchObject({
        firstName: '',
        lastName: '',
        billing: {},
        warnings: [],
      });
    });

    it.each([
      [true, true],
      ['yes', true],
      ['1', true],
      [1, true],
      [false, false],
      ['no', false],
      ['0', false],
      [0, false],
      ['', false],
      [null, false],
      [undefined, false],
    ])('reads is_paying_customer %j as %j', (flag, expected) => {
      expect(parsed({ is_paying_customer: flag }).isPayingCustomer).toBe(expected);
    });

    it('accepts a number as text, with a warning', () => {
      const { billing, warnings } = parsed({ billing: { ...address, postcode: 50667 } });
      expect(billing.postcode).toBe('50667');
      expect(warnings).toEqual(['read_as_text:billing.postcode']);
    });
  });

  it.each([
    ['an id as text', { ...row, id: '5' }, 'bad_id', 'id'],
    ['no object', 'x', 'bad_id', 'id'],
    ['a row without an email and username', { id: 5, billing: address }, 'schema', 'email'],
    ['an email that is none', { ...row, email: { address: 'x' } }, 'schema', 'email'],
    ['two emails', { ...row, email: ['a@b.test', 'c@d.test'] }, 'schema', 'email'],
  ])('rejects %s and names the field', (_what, given, code, path) => {
    const result = rejection(given);
    expect(result).toMatchObject({
      code,
      wooId: code === 'bad_id' ? null : 5,
      message: expect.stringContaining(`${path}: expected `),
    });
  });

  describe('kind 3: one odd field costs that field at most', () => {
    const good = parsed({});
    const huge = 'x'.repeat(300_000);
    it.each<[string, Record<string, unknown>, Record<string, unknown>, string[]]>([
      ['avatar false', { avatar_url: false }, { avatarUrl: null }, ['not_text:avatar_url']],
      [
        'state false',
        { billing: { ...address, state: false } },
        { billing: { ...address, state: '' } },
        ['not_text:billing.state'],
      ],
      [
        'state an empty list',
        { billing: { ...address, state: [] } },
        { billing: { ...address, state: '' } },
        ['not_text:billing.state'],
      ],
      [
        'a phone in a list',
        { billing: { ...address, phone: ['+49 1'] } },
        { billing: { ...address, phone: '+49 1' }, phone: '+49 1' },
        ['read_as_text:billing.phone'],
      ],
      [
        'a phone in a list with gaps',
        { billing: { ...address, phone: { 3: '+49 1' } } },
        { billing: { ...address, phone: '+49 1' }, phone: '+49 1' },
        ['read_as_text:billing.phone'],
      ],
      ['several roles', { role: ['customer', 'b2b'] }, { role: 'customer' }, ['read_as_text:role']],
      [
        'a name that is an object',
        { first_name: { a: 1 } },
        { firstName: '' },
        ['not_text:first_name'],
      ],
      ['a flag in words', { is_paying_customer: 'true' }, { isPayingCustomer: true }, []],
      ['a flag in a list', { is_paying_customer: [0] }, { isPayingCustomer: false }, []],
      [
        'a flag that is none',
        { is_paying_customer: 'maybe' },
        { isPayingCustomer: false },
        ['not_flag:is_paying_customer'],
      ],
      ['an address that is text', { shipping: 'x' }, { shipping: {} }, ['not_address:shipping']],
      ['an address in a list', { shipping: [address] }, { shipping: address }, []],
      ['no address', { shipping: false }, { shipping: {} }, ['not_address:shipping']],
      ['meta false', { meta_data: false }, { metaData: [] }, ['not_list:meta_data']],
      ['meta an empty text', { meta_data: '' }, { metaData: [] }, ['not_list:meta_data']],
      ['a meta entry of null', { meta_data: [null] }, { metaData: [] }, ['left_out:meta_data']],
      [
        'a meta entry without a key',
        { meta_data: [{ id: 1 }, { id: 2, key: 'a', value: 1 }] },
        { metaData: [{ id: 2, key: 'a', value: 1 }] },
        ['left_out:meta_data'],
      ],
      [
        'a meta id that is a text',
        { meta_data: [{ id: '7', key: 'a', value: 1 }] },
        { metaData: [{ id: 7, key: 'a', value: 1 }] },
        [],
      ],
      [
        'a meta value of 300 kB',
        {
          meta_data: [
            { id: 1, key: 'log', value: huge },
            { id: 2, key: 'a', value: 1 },
          ],
        },
        { metaData: [{ id: 2, key: 'a', value: 1 }] },
        ['too_large:meta_data'],
      ],
      [
        'an extra field of 300 kB',
        { log: huge, points: 1 },
        { extra: { points: 1 } },
        ['too_large:extra'],
      ],
      ['an address in JSON', { shipping: JSON.stringify(address) }, { shipping: address }, []],
      ['an address of null', { shipping: null }, { shipping: {} }, []],
      ['an empty address', { shipping: '' }, { shipping: {} }, []],
      [
        'an address with more than we know',
        { shipping: { ...address, vat: 'X1' } },
        { shipping: address, extra: { shipping: { vat: 'X1' } } },
        [],
      ],
      [
        'an address whose parts are of other types',
        { shipping: { ...address, city: ['London'], postcode: 0, state: null, company: {} } },
        { shipping: { ...address, postcode: '0', company: '' } },
        [
          'not_text:shipping.company',
          'read_as_text:shipping.city',
          'read_as_text:shipping.postcode',
        ],
      ],
      [
        'meta in JSON',
        { meta_data: '[{"id":1,"key":"a","value":1}]' },
        { metaData: [{ id: 1, key: 'a', value: 1 }] },
        [],
      ],
      [
        'meta by its keys',
        { meta_data: { vip: '1', tier: 'gold' } },
        {
          metaData: [
            { id: null, key: 'vip', value: '1' },
            { id: null, key: 'tier', value: 'gold' },
          ],
        },
        [],
      ],
      [
        'one entry of meta without its list',
        { meta_data: { id: 3, key: 'a', value: 1 } },
        { metaData: [{ id: 3, key: 'a', value: 1 }] },
        [],
      ],
      ['a picture without a scheme', { avatar_url: '//secure.gravatar.com/avatar/x?s=96' }, {}, []],
      ['a flag as yes', { is_paying_customer: ' Yes ' }, {}, []],
      ['a role in a list with gaps', { role: { 2: 'customer' } }, {}, ['read_as_text:role']],
      [
        'a username that is a number',
        { username: 7 },
        { username: '7' },
        ['read_as_text:username'],
      ],
      ['an email in a list', { email: ['ada@example.com'] }, {}, ['read_as_text:email']],
    ])('%s', (_what, changes, expected, warnings) => {
      expect(parsed(changes)).toEqual({ ...good, ...expected, warnings });
    });
  });

  it('omitted fields are unknown, not empty (R3)', () => {
    const { meta_data: _meta, billing: _billing, email: _email, ...rest } = row;
    expect(parseCustomer(rest, readAt)).toMatchObject({
      ok: true,
      customer: { unknown: ['email', 'billing', 'metaData'] },
      warnings: [],
    });
    expect(parsed({ meta_data: null, billing: [], email: '' }).unknown).toEqual([]);
    const manager = recordedRow('v105-customers-manager-key');
    expect(parseCustomer(manager, readAt)).toMatchObject({
      customer: { unknown: ['metaData'] },
    });
  });

  it('never repeats a value in a message', () => {
    const secret = 'jane@example.com';
    for (const key of Object.keys(row)) {
      expect(JSON.stringify(rejection({ ...row, [key]: { [secret]: [secret] } }))).not.toContain(
        'jane',
      );
    }
  });

  it.each([
    ['2023-01-09T08:00:00', '2023-01-09T08:00:00.000Z'],
    ['2023-01-09 08:00:00', '2023-01-09T08:00:00.000Z'],
    ['2023-01-09T08:00:00Z', '2023-01-09T08:00:00.000Z'],
    ['2023-01-09T08:00:00.123Z', '2023-01-09T08:00:00.000Z'],
    ['2023-01-09T10:00:00+02:00', '2023-01-09T08:00:00.000Z'],
    ['2023-01-09T04:30:00-0330', '2023-01-09T08:00:00.000Z'],
    [' 2023-01-09 08:00:00 ', '2023-01-09T08:00:00.000Z'],
    [
      { date: '2023-01-09 10:00:00.000000', timezone_type: 1, timezone: '+02:00' },
      '2023-01-09T08:00:00.000Z',
    ],
    [
      { date: '2023-01-09 08:00:00.000000', timezone_type: 3, timezone: 'UTC' },
      '2023-01-09T08:00:00.000Z',
    ],
    ['1998-12-31T23:00:00', '1998-12-31T23:00:00.000Z'],
    ['2026-11-30T02:00:00', '2026-11-30T02:00:00.000Z'],
    [null, null],
  ])('reads the date %j as the moment it means', (date, expected) => {
    const { dateModified, warnings } = parsed({ date_modified_gmt: date });
    expect(dateModified?.toISOString() ?? null).toBe(expected);
    expect(warnings).toEqual([]);
  });

  it.each([
    '0000-00-00T00:00:00',
    '',
    '2024-02-30T00:00:00',
    '2023-13-01T00:00:00',
    '2023-01-01T24:00:00',
    '0024-01-01T00:00:00',
    '+275760-09-13T00:00:00',
    '2023-01-01T00:00:00 Berlin',
    'yesterday',
    1_700_000_000,
    false,
    {},
  ])('takes the date %j for none, with a warning', (date) => {
    const { dateCreated, warnings } = parsed({ date_created_gmt: date });
    expect(dateCreated).toBeNull();
    expect(warnings).toEqual(['bad_date:date_created_gmt']);
  });

  it.each([
    '1970-01-01T00:00:00',
    '1969-12-31T23:00:00',
    '2100-01-01T00:00:00',
    '2026-12-24T00:00:00',
  ])('1.2: takes the date %s, which no store can have, for none, with a warning', (date) => {
    const { dateModified, warnings } = parsed({ date_modified_gmt: date });
    expect([dateModified, warnings]).toEqual([null, ['impossible_date:date_modified_gmt']]);
  });

  it('stores an email as given, but trimmed; none for an empty or too long one', () => {
    expect(parsed({ email: ' Ada+X@Example.COM ' }).email).toBe('Ada+X@Example.COM');
    expect(parsed({ email: '' }).email).toBeNull();
    const long = parsed({ email: `${'x'.repeat(320)}@example.com` });
    expect([long.email, long.warnings]).toEqual([null, ['too_long:email']]);
  });

  it('keeps only web addresses of pictures', () => {
    const { avatarUrl, warnings } = parsed({ avatar_url: 'javascript:alert(1)' });
    expect([avatarUrl, warnings]).toEqual([null, ['bad_url:avatar_url']]);
  });

  it('cuts long texts, never within a character, and adds a warning', () => {
    const { firstName, warnings } = parsed({ first_name: `${'x'.repeat(254)}🎉y` });
    expect([firstName, warnings]).toEqual(['x'.repeat(254), ['cut:first_name']]);
  });

  it('bounds the number of entries', () => {
    const entries = Array.from({ length: 1_001 }, (_, id) => ({ id, key: 'k', value: 1 }));
    const meta = parsed({ meta_data: entries });
    expect([meta.metaData.length, meta.warnings]).toEqual([1_000, ['cut:meta_data']]);
    const fields = Object.fromEntries(entries.slice(0, 101).map(({ id }) => [`f${id}`, id]));
    const extra = parsed(fields);
    expect([Object.keys(extra.extra).length, extra.warnings]).toEqual([100, ['cut:extra']]);
  });

  it('leaves out what is too large or too deep for us, and keeps the customer (R17)', () => {
    const large = Array.from({ length: 10 }, (_, id) => ({
      id,
      key: 'k',
      value: 'x'.repeat(60_000),
    }));
    const meta = parsed({ meta_data: large });
    expect(meta.metaData).toHaveLength(Math.floor(MAX_PARTS_SIZE / 60_000));
    expect(meta.warnings).toEqual(['too_large:meta_data']);
    const deep = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000)) as unknown;
    for (const odd of [{ deep }, { billing: { ...address, deep } }, { role: deep }])
      expect(parsed(odd)).toMatchObject({ firstName: 'Ada' });
  });

  it('strips NUL, lone surrogates and __proto__, with a note', () => {
    const { firstName, extra, warnings } = parsed({
      first_name: 'A\0da \ud800',
      ...JSON.parse('{"x":{"__proto__":{"admin":true},"k\\u0000":"\\udc00"}}'),
    });
    expect(firstName).toBe('Ada \ufffd');
    expect(extra).toEqual({ x: { k: '\ufffd' } });
    expect(warnings.toSorted()).toEqual([
      'lone_surrogate_replaced:extra',
      'lone_surrogate_replaced:first_name',
      'nul_removed:extra',
      'nul_removed:first_name',
      'proto_key_removed:extra',
    ]);
  });

  it('reads what a store sends for odd users', () => {
    const rows: object[] = JSON.parse(recording('extra-odd-rows').response.body);
    const results = rows.map((odd) => parseCustomer({ ...row, ...odd }, readAt));
    expect(results.every((result) => result.ok)).toBe(true);
  });

  describe('for any JSON', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\0', '\ud800', 'a\0\udfff', '0000-00-00T00:00:00', '__proto__'),
    );
    const leaf = fc.oneof(text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null));
    const json = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('any')), fc.dictionary(text, tie('any'))),
    })).any;
    const keys = [...Object.keys(row), 'extra', '__proto__'];
    const changed = fc.dictionary(fc.constantFrom(...keys), json, { maxKeys: 4 });

    it('never throws, and gives only what PostgreSQL can store', () => {
      const given = fc.oneof(
        json,
        changed.map((changes) => ({ ...row, ...changes, id: 5 })),
        fc.dictionary(text, text).map((billing) => ({ ...row, billing })),
        fc.dictionary(text, text).map((more) => ({ ...row, ...more, id: 5 })),
      );
      fc.assert(
        fc.property(given, (value) => {
          const result = JSON.stringify(parseCustomer(value, readAt));
          // JSON.stringify writes NUL and lone surrogates as escapes.
          expect(result).not.toMatch(/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/);
        }),
        { numRuns: 500 },
      );
    });
  });
});
