import { expect, test } from 'vitest';
import { authorizeUrlOf, objectionToCallback } from './authorize-url.ts';

const params = {
  appName: 'Mantis Sync for Ada & Co',
  scope: 'read_write' as const,
  nonce: '4f2a',
  returnUrl: 'https://sync.example.com/connect?grant=7',
  callbackUrl: 'https://sync.example.com/api/v1/wc-auth/callback',
};

test('the shop’s page, by permalinks and without them', () => {
  const pretty = new URL(
    authorizeUrlOf({ baseUrl: 'https://a.example/shop', routeStyle: 'pretty' }, params),
  );
  expect(`${pretty.origin}${pretty.pathname}`).toBe('https://a.example/shop/wc-auth/v1/authorize');
  expect(Object.fromEntries(pretty.searchParams)).toEqual({
    app_name: params.appName,
    scope: 'read_write',
    user_id: '4f2a',
    return_url: params.returnUrl,
    callback_url: params.callbackUrl,
  });
  const plain = new URL(
    authorizeUrlOf({ baseUrl: 'https://a.example', routeStyle: 'plain' }, params),
  );
  expect(plain.pathname).toBe('/index.php');
  expect(plain.searchParams.get('wc-auth-version')).toBe('1');
  expect(plain.searchParams.get('wc-auth-route')).toBe('authorize');
});

test('a shop sends keys to https and three ports, but for hosts that are allowed by name', () => {
  const shop = 'https://shop.example.com';
  const objection = (base: string | null, allowed: string[] = []) =>
    objectionToCallback(base, shop, allowed);
  expect(objection('https://sync.example.com')).toBeNull();
  expect(objection('https://sync.example.com:8080')).toBeNull();
  expect(objection('http://sync.example.com')).toMatch(/https/);
  expect(objection('http://sync.example.com', ['other.example.com'])).toMatch(/https/);
  expect(objection('http://sync.example.com', ['shop.example.com'])).toBeNull();
  expect(objection('https://sync.example.com:4400')).toMatch(/4400/);
  expect(objection(null)).toMatch(/PUBLIC_URL/);
  expect(objection(null, ['shop.example.com'])).toMatch(/PUBLIC_URL/);
});
