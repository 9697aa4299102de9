import { describe, expect, it } from 'vitest';
import { recordedRow } from '../../../test/woo/recording.ts';
import { type MappedCustomer, parseCustomer } from '../../domain/customer-mapping.ts';
import { contentHash } from './content-hash.ts';

function mapped(row: unknown): MappedCustomer {
  const result = parseCustomer(row);
  if (!result.ok) throw new Error(result.message);
  return result.customer;
}

/** As jsonb gives it back: keys in another order. */
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
      `"b318a5319efac5d852d4f6ff266c0a05767ac347bda6a0f482e2788b6a0b0117"`,
    );
  });

  it('does not depend on the order of keys or meta data, nor on the date of change', () => {
    expect(contentHash(mapped(reordered(row))).toString('hex')).toBe(hash({}));
    const meta = (row['meta_data'] as unknown[]).toReversed();
    expect(hash({ meta_data: meta })).toBe(hash({}));
    expect(hash({ date_modified_gmt: '2020-01-01T00:00:00' })).toBe(hash({}));
    expect(hash({ _links: {} })).toBe(hash({}));
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
      { avatar_url: '' },
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
