import { expect, test } from 'vitest';
import { EnvError, readEnv } from '../src/env.ts';

const least = {
  DATABASE_URL: 'postgresql://mantis:hidden@127.0.0.1/mantis',
  MANTIS_SECRET_KEYS: 'k1:key',
};

test('development needs few settings', () => {
  expect(readEnv(least)).toMatchObject({
    isProduction: false,
    publicUrl: 'http://127.0.0.1:4400',
    authSecret: undefined,
    allowStoreHosts: [],
    openTo: { signUp: true, newOrganisations: true },
  });
});

test('in production accounts are closed and a secret is required', () => {
  const production = { ...least, NODE_ENV: 'production' };
  expect(() => readEnv(production)).toThrow(/AUTH_SECRET: required in production/);
  const closed = { ...production, AUTH_SECRET: '0123456789abcdef'.repeat(2) };
  expect(readEnv(closed).openTo).toEqual({ signUp: false, newOrganisations: false });
  const open = { ...closed, MANTIS_ALLOW_SIGN_UP: 'true' };
  expect(readEnv(open).openTo).toEqual({ signUp: true, newOrganisations: true });
  expect(readEnv({ ...open, MANTIS_ALLOW_NEW_ORGANISATIONS: 'false' }).openTo).toEqual({
    signUp: true,
    newOrganisations: false,
  });
});

test('an empty variable counts as not set', () => {
  expect(readEnv({ ...least, PORT: '', PUBLIC_URL: '' }).port).toBe(4400);
});

test('the public address is an origin, without a slash at its end', () => {
  expect(readEnv({ ...least, PUBLIC_URL: 'https://sync.example/' }).publicUrl).toBe(
    'https://sync.example',
  );
});

test('all problems are reported together, without values', () => {
  const wrong = {
    DATABASE_URL: 'mysql://user:hidden@host/db',
    PORT: '99999',
    AUTH_SECRET: 'hidden',
  };
  const read = () => readEnv(wrong);
  expect(read).toThrow(EnvError);
  expect(read).toThrow(/DATABASE_URL.*MANTIS_SECRET_KEYS.*PORT.*AUTH_SECRET/);
  expect(read).not.toThrow(/hidden/);
});

test('hosts of stores are a list', () => {
  const env = readEnv({ ...least, MANTIS_ALLOW_STORE_HOSTS: 'shop.test, 10.0.0.7 ,' });
  expect(env.allowStoreHosts).toEqual(['shop.test', '10.0.0.7']);
});
