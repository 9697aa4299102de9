import { expect, it } from 'vitest';
import { readSite } from './read-site.ts';

it.each([
  [
    { name: 'Ada &amp; Bob&#039;s &lt;shop&gt;', timezone_string: 'Europe/Vienna' },
    "Ada & Bob's <shop>",
    'Europe/Vienna',
  ],
  [{ name: 'Shop &amp;amp;', timezone_string: '' }, 'Shop &amp;', null],
  [{ name: ' ', timezone_string: 'Mars/Olympus' }, null, null],
  [{ name: 'two\nlines', timezone_string: 7 }, null, null],
  [{ name: 'x'.repeat(201) }, null, null],
  [{}, null, null],
])('reads of %o the name %s and the time zone %s', (index, name, timeZone) => {
  expect(readSite(index)).toEqual({ name, timeZone });
});
