import { expect, test } from 'vitest';
import { rootAt } from '../woo/api-root.ts';
import { authorizeUrlOf, objectionToCallback, objectionToOneClick } from './authorize-url.ts';

const params = {
  appName: 'Mantis Sync for Ada & Co',
  scope: 'read_write' as const,
  nonce: '4f2a',
  returnUrl: 'https://sync.example.com/connect?grant=7',
  callbackUrl: 'https://sync.example.com/api/v1/wc-auth/callback',
};

test('the store’s page, by permalinks with and without index.php', () => {
  const pretty = new URL(authorizeUrlOf(rootAt('https://a.example/shop'), params));
  expect(`${pretty.origin}${pretty.pathname}`).toBe('https://a.example/shop/wc-auth/v1/authorize');
  expect(Object.fromEntries(pretty.searchParams)).toEqual({
    app_name: params.appName,
    scope: 'read_write',
    user_id: '4f2a',
    return_url: params.returnUrl,
    callback_url: params.callbackUrl,
  });
  const almost = authorizeUrlOf(rootAt('https://a.example', 'pretty', 'index.php/wp-json'), params);
  expect(new URL(almost).pathname).toBe('/index.php/wc-auth/v1/authorize');
});

test('with plain permalinks keys by hand are offered immediately, with the reason (R9)', () => {
  expect(objectionToOneClick(rootAt('https://a.example', 'plain'))).toContain('plain permalinks');
  expect(objectionToOneClick(rootAt('https://a.example'))).toBeNull();
});

test('keys are sent only to https and three ports, except for hosts allowed by name', () => {
  const store = 'https://shop.example.com';
  const objection = (base: string | null, allowed: string[] = []) =>
    objectionToCallback(base, store, allowed);
  expect(objection('https://sync.example.com')).toBeNull();
  expect(objection('https://sync.example.com:8080')).toBeNull();
  expect(objection('http://sync.example.com')).toMatch(/https/);
  expect(objection('http://sync.example.com', ['other.example.com'])).toMatch(/https/);
  expect(objection('http://sync.example.com', ['shop.example.com'])).toBeNull();
  expect(objection('https://sync.example.com:4400')).toMatch(/4400/);
  expect(objection(null)).toMatch(/PUBLIC_URL/);
  expect(objection(null, ['shop.example.com'])).toMatch(/PUBLIC_URL/);
});
