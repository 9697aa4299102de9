import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress } from './store-address.ts';

/** One address of each range that must never be called. */
const forbidden = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '100.64.0.1',
  '100.100.100.200',
  '127.0.0.1',
  '127.255.255.254',
  '168.63.129.16',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:93.184.216.34',
  '2002:5db8:d822::',
  '2001:0:53aa:64c:0:ffff:a247:27dd',
  '2606:2800:220:1:0:5efe:10.0.0.1',
  '2606:2800:220:1:200:5efe:7f00:1',
  'fe80::5efe:93.184.216.34',
  '64:ff9b::7f00:1',
  '64:ff9b::169.254.169.254',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2002:a9fe:a9fe::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  '2a00::5efe:127.0.0.1',
  '2a00::200:5efe:7f00:1',
  '8.8.8.8%1',
  '2606:2800:220:1:248:1893:25c8:1946%1',
  'fec0::1',
  'ff02::1',
];

describe('isPublicAddress', () => {
  it.each(forbidden)('refuses %s, with and without brackets', (address) => {
    expect(isPublicAddress(address)).toBe(false);
    expect(isPublicAddress(`[${address}]`)).toBe(false);
  });

  it.each([
    '1.1.1.1',
    '93.184.216.34',
    '172.32.0.1',
    '2606:2800:220:1:248:1893:25c8:1946',
    '2606:2800:220:1:0:5efe:5db8:d822',
  ])('accepts %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it('kind 6: checks the IPv4 address within a NAT64 address', () => {
    expect(isPublicAddress('64:ff9b::6812:27e4')).toBe(true);
    for (const hidden of ['10.0.0.1', '169.254.169.254', '127.0.0.1', '168.63.129.16'])
      expect(isPublicAddress(`64:ff9b::${hidden}`)).toBe(false);
  });

  it('refuses invalid addresses', () => {
    for (const text of ['', 'shop.example.com', '1.2.3', '1.2.3.4.5', ':::']) {
      expect(isPublicAddress(text)).toBe(false);
    }
  });

  it('refuses every address of the private ranges', () => {
    const octet = fc.nat(255);
    const privateAddress = fc.oneof(
      fc.tuple(fc.constantFrom(0, 10, 127), octet, octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
      fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
      fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
    );
    fc.assert(
      fc.property(privateAddress, (octets) => {
        const dotted = octets.join('.');
        expect(isPublicAddress(dotted)).toBe(false);
        expect(isPublicAddress(`::ffff:${dotted}`)).toBe(false);
        expect(isPublicAddress(`64:ff9b::${dotted}`)).toBe(false);
      }),
    );
  });
});
