import { hashPassword as hashScrypt } from 'better-auth/crypto';
import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from './hash-password.ts';

test('a password is kept as argon2id, salted (S21)', async () => {
  const [a, b] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
  expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(a).not.toBe(b);
  expect(await verifyPassword({ hash: a, password: 'correct horse' })).toBe(true);
  expect(await verifyPassword({ hash: a, password: 'correct horsf' })).toBe(false);
  expect(await verifyPassword({ hash: a.slice(0, -1), password: 'correct horse' })).toBe(false);
});

test('one that was hashed by scrypt before still signs in', async () => {
  const hash = await hashScrypt('correct horse');
  expect(await verifyPassword({ hash, password: 'correct horse' })).toBe(true);
  expect(await verifyPassword({ hash, password: 'another' })).toBe(false);
});
