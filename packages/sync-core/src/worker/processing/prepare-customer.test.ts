import { describe, expect, it } from 'vitest';

import { recordedRow } from '../../../test/woo/recording.ts';
import { parseCustomer, type MappedCustomer } from '../../domain/customer-mapping.ts';
import { volatileKeys } from '../../domain/volatile-meta.ts';
import { momentOf } from '../../domain/choose-answer.ts';
import type { StoredVersion } from '../../sql/customers.ts';
import { contentHash, prepareCustomer, rowHash } from './prepare-customer.ts';

function mapped(row: unknown): MappedCustomer {
  const result = parseCustomer(row, new Date('2026-11-29T12:00:00Z'));
  if (!result.ok) throw new Error(result.message);
  return result.customer;
}

/** As jsonb returns it: keys in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([key, entry]) => [key, reordered(entry)]));
}

const row = recordedRow('more-meta-nested');
const hash = (changes: object) => contentHash(mapped({ ...row, ...changes })).toString('hex');

describe('contentHash', () => {
  it('is 32 bytes, and the same in every release', () => {
    expect(contentHash(mapped(row))).toHaveLength(32);
    expect(hash({})).toMatchInlineSnapshot(
      `"22c7b85b9dc3be210bb5f84e604c57d170108c437c907580948585c8bcddfedb"`,
    );
  });

  it('does not depend on the order of keys or meta data, nor on the date of change', () => {
    expect(contentHash(mapped(reordered(row))).toString('hex')).toBe(hash({}));
    const meta = (row['meta_data'] as unknown[]).toReversed();
    expect(hash({ meta_data: meta })).toBe(hash({}));
    expect(hash({ date_modified_gmt: '2020-01-01T00:00:00' })).toBe(hash({}));
    expect(hash({ _links: {} })).toBe(hash({}));
  });

  describe('kind 5: data that is not content', () => {
    const meta = (...entries: [number, string, unknown][]) => ({
      meta_data: entries.map(([id, key, value]) => ({ id, key, value })),
    });
    it.each([
      ['the last visit', meta([1, 'wc_last_active', '1']), meta([1, 'wc_last_active', '2'])],
      ['the first visit', meta([1, 'a', 1]), meta([1, 'a', 1], [2, 'wc_last_active', '2'])],
      ['a cart', meta([1, '_woocommerce_persistent_cart_1', {}]), meta()],
      ['meta ids', meta([1, 'a', 1], [2, 'b', 2]), meta([9, 'b', 2], [12, 'a', 1])],
      [
        'the avatar',
        { avatar_url: 'https://0.example.com/a?t=1' },
        { avatar_url: 'https://1.example.com/a?t=2' },
      ],
    ])('%s', (_what, one, other) => {
      expect(hash(one)).toBe(hash(other));
    });

    it('an organisation can add keys', () => {
      const isVolatile = volatileKeys(['points', 'crm_*']);
      const of = (changes: object) =>
        contentHash(mapped({ ...row, ...changes }), isVolatile).toString('hex');
      expect(of(meta([1, 'points', 1], [2, 'crm_seen', 1], [3, 'vat', 1]))).toBe(
        of(meta([3, 'vat', 1])),
      );
      expect(of(meta([3, 'vat', 1]))).not.toBe(of(meta([3, 'vat', 2])));
    });
  });

  it('ignores stored values of fields that the response omits (R3)', () => {
    const { meta_data: _, ...hidden } = row;
    expect(contentHash(mapped(hidden))).not.toEqual(
      contentHash(mapped({ ...hidden, meta_data: [] })),
    );
  });

  it('depends on everything else', () => {
    const changes = [
      { id: 304 },
      { email: 'other@example.com' },
      { username: 'x' },
      { first_name: 'x' },
      { last_name: 'x' },
      { role: 'x' },
      { billing: {} },
      { shipping: {} },
      { is_paying_customer: true },
      { meta_data: [] },
      { loyalty: 1 },
      { loyalty: { points: 1 } },
      { loyalty: [1, 2] },
      { loyalty: [2, 1] },
      { billing: { city: 'x' } },
      { billing: { state: 'x' } },
      { date_created_gmt: null },
    ];
    expect(new Set([{}, ...changes].map(hash)).size).toBe(changes.length + 1);
  });
});

describe('a row that is stored as the store sent it', () => {
  const stored: StoredVersion = {
    content_hash: contentHash(mapped(row)),
    row_hash: rowHash(row),
    woo_modified_at: null,
    is_deleted: false,
  };
  const READING = momentOf(Date.parse('2026-11-29T12:00:00Z'));
  const prepared = (sent: unknown, known?: StoredVersion) =>
    prepareCustomer(303, sent, READING, 'walk', volatileKeys(), known);

  it('is not mapped again', () => {
    expect(prepared(row, stored)).toEqual({ kind: 'unchanged' });
  });

  it.each<[string, unknown, StoredVersion | undefined]>([
    ['nothing is stored', row, undefined],
    ['it was stored without a row hash', row, { ...stored, row_hash: null }],
    ['the customer is marked as deleted', row, { ...stored, is_deleted: true }],
    ['any field differs', { ...row, date_modified_gmt: '2020-01-01T00:00:00' }, stored],
  ])('is mapped if %s', (_what, sent, known) => {
    expect(prepared(sent, known)).toMatchObject({
      kind: 'store',
      version: { rowHash: rowHash(sent) },
    });
  });

  it('has no row hash if it had to be corrected, so that every run reports the correction', () => {
    const corrected = prepared({ ...row, date_created_gmt: 'yesterday' });
    expect(corrected).toMatchObject({ kind: 'store', version: { rowHash: null } });
  });

  it('has another row hash once MAPPING_VERSION is raised, as it must be with every change of the mapping', () => {
    expect(rowHash(row).toString('hex')).toMatchInlineSnapshot(
      `"015194ed87ba0128cc0e353a2a7d1cd5"`,
    );
    expect(rowHash(mapped(row)).toString('hex')).toMatchInlineSnapshot(
      `"015b833027845cf5acb4425aebb14c63"`,
    );
  });
});
