import { expect, it } from 'vitest';
import { choicesOf, describeChoices, hostOf, searchOf } from './connect-choices.ts';

it.each([
  ['https://shop.example.com/wp-admin/', 'shop.example.com'],
  [' shop.example.com/de ', 'shop.example.com'],
  ['http://127.0.0.1:8080', '127.0.0.1:8080'],
  ['no address at all', 'no address at all'],
])('calls a store at %s %s until it is named', (address, host) => {
  expect(hostOf(address)).toBe(host);
  expect(choicesOf({ address }).name).toBe(host);
  const site = { name: 'Ada’s shop', timeZone: 'Europe/Vienna' };
  expect(choicesOf({ address }, site)).toMatchObject(site);
  expect(choicesOf({ address, name: 'Mine' }, site).name).toBe('Mine');
});

it('restores every choice after the return from the store', () => {
  const chosen = {
    address: 'https://shop.example.com',
    name: 'Main shop',
    role: 'wholesale',
    pace: 'gentle',
    guests: 'on',
    schedules: 'nightly',
    zone: 'Europe/Vienna',
    scope: 'read',
  } as const;
  const choices = choicesOf(chosen);
  expect(searchOf({ url: chosen.address, ...choices })).toEqual(chosen);
  expect(describeChoices(choices)).toBe(
    'Main shop · every night · role wholesale · with guests · gentle pace',
  );
});
