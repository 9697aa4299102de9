import fc from 'fast-check';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { baseUrlOf, parseStoreUrl } from './parse-store-url.ts';

function canonical(input: string, allowHosts: string[] = []): string {
  const parsed = parseStoreUrl(input, { allowHosts });
  return parsed.ok ? baseUrlOf(parsed.url) : parsed.error.code;
}

describe('parseStoreUrl', () => {
  it.each([
    ['shop.example.com', 'https://shop.example.com'],
    ['  shop.example.com/  ', 'https://shop.example.com'],
    ['//shop.example.com', 'https://shop.example.com'],
    ['HTTPS://Shop.Example.COM:443/', 'https://shop.example.com'],
    ['http://shop.example.com', 'http://shop.example.com'],
    ['shop.example.com:8443/de/', 'https://shop.example.com:8443/de'],
    ['https://shop.example.com/wp-json/wc/v3/customers?x=1#y', 'https://shop.example.com'],
    ['https://example.com/shop/wp-admin/index.php?page=wc', 'https://example.com/shop'],
    ['https://example.com/shop/index.php', 'https://example.com/shop'],
    ['https://example.com//shop//', 'https://example.com/shop'],
    ['https://example.com/wp-login.php', 'https://example.com'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['https://1.1.1.1', 'https://1.1.1.1'],
    ['\u200Bhttps://shop.example.com\u200B', 'https://shop.example.com'],
    ['https://shop.example.com/\u200E\u00A0', 'https://shop.example.com'],
    ['\uFEFF shop.example.com\u00AD', 'https://shop.example.com'],
    ['"https://shop.example.com/"', 'https://shop.example.com'],
    ['<https://shop.example.com>', 'https://shop.example.com'],
    ['https://shop.example.com,', 'https://shop.example.com'],
    ['shop.example.com.', 'https://shop.example.com'],
    ['https:shop.example.com', 'https://shop.example.com'],
    ['https:/shop.example.com', 'https://shop.example.com'],
    ['https//shop.example.com', 'https://shop.example.com'],
    ['https://https://shop.example.com', 'https://shop.example.com'],
    ['http://https://shop.example.com', 'https://shop.example.com'],
    ['https:\\\\shop.example.com\\shop', 'https://shop.example.com/shop'],
    ['HTTP://SHOP.EXAMPLE.COM/Shop', 'http://shop.example.com/Shop'],
    ['https://SHOP.BÜCHER.example/', 'https://shop.xn--bcher-kva.example'],
    ['https://shop.example.com/wc-auth/v1/authorize?app_name=x', 'https://shop.example.com'],
    ['https://shop.example.com/wc-api/v3/customers', 'https://shop.example.com'],
    ['https://shop.example.com/xmlrpc.php', 'https://shop.example.com'],
    ['https://shop.example.com/?rest_route=/wc/v3/customers', 'https://shop.example.com'],
    [
      'https://shop.example.com/de/wp-admin/admin.php?page=wc-settings&tab=advanced',
      'https://shop.example.com/de',
    ],
    [
      'https://shop.example.com/wp-json/wc/v3/customers?consumer_key=ck_1&consumer_secret=cs_1',
      'https://shop.example.com',
    ],
  ])('reads %s as %s', (input, expected) => {
    expect(canonical(input)).toBe(expected);
  });

  it.each([
    '',
    'not a url',
    'ftp://shop.example.com',
    'file:///etc/passwd',
    'gopher://shop.example.com',
    'javascript:alert(1)',
    'mailto:a@shop.example.com',
    'https://user:pass@shop.example.com',
    'https://user@shop.example.com',
    'https://intern',
    `https://shop.example.com/${'ä'.repeat(700)}`,
  ])('refuses %j as no store', (input) => {
    expect(canonical(input)).toBe('bad_url');
  });

  it.each([
    'http://127.0.0.1',
    'http://0x7f.1',
    'http://2130706433',
    'http://017700000001',
    'http://127.1',
    'http://0',
    'http://①②⑦.⓪.⓪.①',
    'http://[::ffff:127.0.0.1]',
    'http://[::]',
    'http://[::1]',
    'http://[64:ff9b::7f00:1]',
    'http://[2002:7f00:1::]',
    'http://[fd00:ec2::254]',
    'http://169.254.169.254',
    'http://168.63.129.16',
    'http://100.64.0.1',
    'http://localhost',
    'http://localhost.',
    'http://shop.localhost',
    'http://printer.local',
    'http://db.internal',
    'http://shop.example.com:22',
    'https://shop.example.com:5432',
  ])('refuses %s as unsafe', (input) => {
    expect(canonical(input)).toBe('unsafe_address');
  });

  it('refuses every way of writing an IPv4 address of a private network', () => {
    const octet = fc.nat(255);
    const loopback = fc.tuple(fc.constantFrom(10, 127), octet, octet, octet);
    fc.assert(
      fc.property(loopback, ([a, b, c, d]) => {
        const number = ((a * 256 + b) * 256 + c) * 256 + d;
        const hex = [a, b, c, d].map((part) => `0x${part.toString(16)}`).join('.');
        const octal = [a, b, c, d].map((part) => `0${part.toString(8)}`).join('.');
        const short = `${a}.${number % 2 ** 24}`;
        const wide = `${a}.${b}.${c}.${d}`.replace(/[.\d]/g, (char) =>
          char === '.' ? '。' : String.fromCodePoint(char.charCodeAt(0) + 0xfee0),
        );
        for (const host of [String(number), hex, octal, short, wide]) {
          expect(canonical(`http://${host}`)).toBe('unsafe_address');
        }
      }),
    );
  });

  it('exempts the hosts that are named, and only those', () => {
    const allowHosts = ['localhost:8090', 'WooCommerce'];
    expect(canonical('http://localhost:8090/shop/', allowHosts)).toBe('http://localhost:8090/shop');
    expect(canonical('http://localhost:8091', allowHosts)).toBe('unsafe_address');
    expect(canonical('http://woocommerce:9000', allowHosts)).toBe('http://woocommerce:9000');
    expect(canonical('http://a:b@woocommerce', allowHosts)).toBe('bad_url');
  });

  it('never throws, and never quotes the input', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (input) => {
        expect(canonical(input)).toMatch(/^(?:bad_url$|unsafe_address$|https?:\/\/)/);
      }),
    );
    const parsed = parseStoreUrl('https://user:hunter2@shop.example.com');
    expect(inspect(parsed, { depth: 9, showHidden: true })).not.toContain('hunter2');
  });

  it('is stable: what it gives, it takes unchanged', () => {
    const url = fc.webUrl({ withQueryParameters: true, withFragments: true });
    fc.assert(
      fc.property(url, (input) => {
        const once = canonical(input);
        fc.pre(once.startsWith('http'));
        expect(canonical(once)).toBe(once);
      }),
    );
  });
});
