import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrubExcerpt } from './scrub-excerpt.ts';

describe('scrubExcerpt', () => {
  it('prefers the title of a page', () => {
    const page = '<!DOCTYPE html><head><title>Just a moment...</title></head><body>Ray 1</body>';
    expect(scrubExcerpt(page)).toBe('Just a moment...');
  });

  it('keeps the words of a page, without markup, scripts and styles', () => {
    const page =
      '<style>a{}</style><script>var a="x"</script><p>Access <b>denied</b></p><!-- 7 -->';
    expect(scrubExcerpt(page)).toBe('Access denied');
  });

  it.each([
    '<!-- x -->[{"id":1,"first_name":"Jane","last_name":"Doe"}]',
    'garbage {"first_name": "Jane"}',
    'Notice: Array ( [first_name] => Jane )',
    'array(1) { ["first_name"]=> string(4) "Jane" }',
    'a:1:{s:10:"first_name";s:4:"Jane";}',
    "WordPress database error Duplicate entry 'Jane' for key 'x' for query INSERT INTO wp_usermeta VALUES ('Jane')",
    '<!DOCTYPE html><body><table><tr><td>Jane</td></tr></table></body>',
    '<b>Notice</b>: Undefined index: Jane in <b>/www/wp-content/plugins/crm/crm.php</b> on line <b>7</b>',
  ])('holds no data of customers: %s', (text) => {
    expect(scrubExcerpt(text) ?? '').not.toContain('Jane');
  });

  it('names the plugin that a message of PHP comes from', () => {
    const notice =
      '<br />\n<b>Notice</b>:  Undefined index: foo in <b>/srv/shop/wp-content/plugins/example/example.php</b> on line <b>12</b><br />';
    expect(scrubExcerpt(notice)).toBe(
      'PHP Notice in wp-content/plugins/example/example.php on line 12',
    );
  });

  it.each([
    ['an email address', 'user jane.doe+x@shop.example.com failed'],
    ['a key', 'key ck_0123456789abcdef rejected'],
    ['a secret', 'secret cs_0123456789abcdef rejected'],
    ['a query', 'see https://shop.example.com/x?consumer_secret=abc123secret&b=2 now'],
    ['a phone number', 'call +49 (221) 123-4567 now'],
    ['a long token', `Bearer ${'aB3'.repeat(20)} given`],
  ])('removes %s', (_what, text) => {
    const scrubbed = scrubExcerpt(text) ?? '';
    expect(scrubbed).not.toMatch(/@|0123456789|abc123secret|4567|aB3/);
  });

  it('is never longer than 200 characters, and is null without words', () => {
    expect(scrubExcerpt('word '.repeat(1_000))?.length).toBe(200);
    expect(scrubExcerpt('<div>\n</div>')).toBeNull();
  });

  it('contains no control characters and no lone surrogates', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const scrubbed = scrubExcerpt(text) ?? '';
        expect(scrubbed.isWellFormed()).toBe(true);
        expect(scrubbed).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
