import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseKeyring, SecretError, type SecretOwner } from './keyring.ts';

const key = (fill: number) => Buffer.alloc(32, fill).toString('base64');
const keyring = parseKeyring(`k1:${key(1)}`);
const owner: SecretOwner = { orgId: 'org-a', storeId: 'store-a', field: 'consumer_secret' };
const secret = 'cs_0123456789abcdef';

describe('a sealed secret (S23)', () => {
  it('opens for its owner', () => {
    expect(keyring.open(keyring.seal(secret, owner), owner)).toBe(secret);
  });

  it('does not reveal the secret, and differs each time', () => {
    const [one, two] = [keyring.seal(secret, owner), keyring.seal(secret, owner)];
    expect(one.cipher.includes(Buffer.from(secret))).toBe(false);
    expect(one.cipher.equals(two.cipher)).toBe(false);
    expect(one.cipher.subarray(0, 12).equals(two.cipher.subarray(0, 12))).toBe(false);
  });

  it.each<[string, Partial<SecretOwner>]>([
    ['organisation', { orgId: 'org-b' }],
    ['store', { storeId: 'store-b' }],
    ['field', { field: 'consumer_key' }],
  ])('does not open when moved to another %s', (_what, change) => {
    const sealed = keyring.seal(secret, owner);
    expect(() => keyring.open(sealed, { ...owner, ...change })).toThrow(SecretError);
  });

  it('does not open with any one bit of any byte flipped', () => {
    const sealed = keyring.seal(secret, owner);
    for (let at = 0; at < sealed.cipher.length; at++) {
      const cipher = Buffer.from(sealed.cipher);
      cipher[at] = cipher[at]! ^ (1 << (at % 8));
      expect(() => keyring.open({ ...sealed, cipher }, owner)).toThrow(SecretError);
    }
  });

  it('does not open cut short at any place', () => {
    const sealed = keyring.seal(secret, owner);
    for (let length = 0; length < sealed.cipher.length; length++) {
      const cipher = sealed.cipher.subarray(0, length);
      expect(() => keyring.open({ ...sealed, cipher }, owner)).toThrow(SecretError);
    }
  });

  it('does not open with a tag of four bytes, which GCM itself would take', () => {
    const iv = Buffer.alloc(12, 7);
    const cipher = createCipheriv('aes-256-gcm', Buffer.alloc(32, 1), iv, { authTagLength: 4 });
    cipher.setAAD(Buffer.from([owner.orgId, owner.storeId, owner.field, 'k1'].join('|')));
    const empty = Buffer.concat([cipher.update(''), cipher.final()]);
    const short = Buffer.concat([iv, cipher.getAuthTag(), empty]);
    expect(() => keyring.open({ keyId: 'k1', cipher: short }, owner)).toThrow(SecretError);
  });

  it('opens with an older key after a new one was put in front', () => {
    const rotated = parseKeyring(`k2:${key(2)}, k1:${key(1)}`);
    expect(rotated.open(keyring.seal(secret, owner), owner)).toBe(secret);
    expect(rotated.seal(secret, owner).keyId).toBe('k2');
    expect(rotated.activeKeyId).toBe('k2');
  });

  it('reports a missing key, and nothing of the secret', () => {
    const other = parseKeyring(`k2:${key(2)}`);
    expect(() => other.open(keyring.seal(secret, owner), owner)).toThrow(/"k1".*not among/);
  });

  it('does not open under the name of another key of the same keyring', () => {
    const two = parseKeyring(`k1:${key(1)},k2:${key(1)}`);
    const sealed = two.seal(secret, owner);
    expect(() => two.open({ ...sealed, keyId: 'k2' }, owner)).toThrow(SecretError);
  });
});

describe('a key ring that cannot be used', () => {
  it.each([
    ['empty', ''],
    ['without a name', `:${key(1)}`],
    ['without a key', 'k1'],
    ['with a key too short', `k1:${Buffer.alloc(31).toString('base64')}`],
    ['with a key too long', `k1:${Buffer.alloc(33).toString('base64')}`],
    ['with a name of odd characters', `k 1:${key(1)}`],
    ['with a name too long', `${'k'.repeat(33)}:${key(1)}`],
    ['with a part too many', `k1:${key(1)}:x`],
    ['with an empty second key', `k1:${key(1)},`],
  ])('is refused if %s, with a word on how to make one', (_what, text) => {
    expect(() => parseKeyring(text)).toThrow(SecretError);
    expect(() => parseKeyring(text)).toThrow(/randomBytes/);
  });

  it('is refused if a name comes twice', () => {
    expect(() => parseKeyring(`k1:${key(1)},k1:${key(2)}`)).toThrow(
      'The secret keys contain "k1" twice.',
    );
  });

  it('never quotes a key', () => {
    const text = `k1:${Buffer.alloc(31, 9).toString('base64')}`;
    expect(() => parseKeyring(text)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(text.slice(3)) }),
    );
  });
});
