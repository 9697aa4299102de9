import { describe, expect, it } from 'vitest';
import { recordedSecret, recording } from '../../test/woo/recording.ts';
import { encodeRfc3986, signOAuth1 } from './oauth1.ts';

describe('signOAuth1', () => {
  const { query } = recording('more-oauth1-full-signature').request;
  const {
    oauth_signature: recorded,
    oauth_consumer_key: consumerKey = '',
    oauth_nonce: nonce = '',
    oauth_timestamp: timestamp = '',
    oauth_signature_method: _method,
    ...plain
  } = query;
  const request = {
    method: 'GET',
    url: 'http://127.0.0.1:8090/wp-json/wc/v3/customers',
    query: plain,
    consumerKey,
    consumerSecret: recordedSecret,
    nonce,
    timestampSeconds: Number(timestamp),
  } as const;

  it('makes the signature that a real store accepted', () => {
    expect(signOAuth1(request)).toEqual(query);
    expect(recorded).toMatch(/=$/);
  });

  it('depends on every part', () => {
    const others = [
      { ...request, url: 'http://127.0.0.1:8090/wp-json/wc/v3/customers/' },
      { ...request, query: { ...plain, order: 'desc' } },
      { ...request, consumerSecret: 'cs_other' },
      { ...request, nonce: 'other' },
      { ...request, timestampSeconds: request.timestampSeconds + 1 },
    ];
    for (const other of others) expect(signOAuth1(other)['oauth_signature']).not.toBe(recorded);
  });

  it("encodes as PHP's rawurlencode does", () => {
    expect(encodeRfc3986("a b+c~d!e'f(g)h*i/j,ü")).toBe(
      'a%20b%2Bc~d%21e%27f%28g%29h%2Ai%2Fj%2C%C3%BC',
    );
  });
});
