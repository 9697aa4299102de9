import fc from 'fast-check';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseStoreJson } from './parse-json.ts';
import { WooError } from './woo-error.ts';

function failureOf(text: string): unknown {
  try {
    parseStoreJson(text);
    return null;
  } catch (error) {
    return error;
  }
}

function codeOf(text: string): string {
  const error = failureOf(text);
  if (error === null) return 'ok';
  return error instanceof WooError ? error.code : inspect(error);
}

describe('parseStoreJson', () => {
  it('gives what JSON.parse gives, for every JSON without oddities', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const parsed = parseStoreJson(JSON.stringify(value));
        fc.pre(parsed.warnings.length === 0);
        expect(parsed.value).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('accepts whole JSON after messages of PHP, with a warning', () => {
    const noises = [
      '<br />\n<b>Warning</b>:  Undefined array key [0] in <b>/www/x.php</b> on line <b>7</b><br />\n',
      'Notice: Undefined index: a in /www/x.php on line 3\n',
      'PHP Deprecated:  Creation of dynamic property {x} is deprecated\n',
      "<div id='error'><p class='wpdberror'><strong>WordPress database error:</strong> [Gone]</p></div>",
    ];
    for (const noise of noises) {
      expect(parseStoreJson(`${noise}[{"id":1}]`)).toEqual({
        value: [{ id: 1 }],
        warnings: ['php_noise'],
      });
      expect(parseStoreJson(`${noise}{"id":1}`).value).toEqual({ id: 1 });
    }
  });

  it.each([
    ['noise that hides half of the data', '<b>Warning</b>: x\n{"id":1}],"b":[2]]', 'php_noise'],
    ['noise without data', '<br />\n<b>Fatal error</b>:  Allowed memory size', 'php_noise'],
    ['noise after the data', '[{"id":1}]<br />\n<b>Notice</b>: shutdown', 'php_noise'],
    ['an unknown word before an empty list', 'garbage []', 'not_json'],
    ['the tail of a list', '"a"},{"id":2}]', 'not_json'],
    ['a page', '<!DOCTYPE html><html><body>[]</body></html>', 'not_json'],
    ['a list that breaks off', '[{"id":1},{"id":2', 'truncated'],
    ['a string that breaks off', '[{"a":"b', 'truncated'],
    ['malformed JSON', '[{"id":NaN}]', 'not_json'],
    ['nothing', '', 'not_json'],
  ])('refuses %s', (_what, text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it('does not quote data in its errors', () => {
    for (const text of ['[{"email":"jane@example.com"', '[{"email":"jane@example.com"}}]']) {
      const shown = inspect(failureOf(text), { depth: 9, showHidden: true });
      expect(shown).toContain('WooError');
      expect(shown).not.toContain('jane');
    }
  });

  it('never rounds a number: what does not fit becomes the string of its digits', () => {
    const text =
      '[{"id":9007199254740993,"b":-9007199254740992,"c":1e400,"d":1.5e3,"e":9007199254740991}]';
    expect(parseStoreJson(text)).toEqual({
      value: [
        {
          id: '9007199254740993',
          b: '-9007199254740992',
          c: '1e400',
          d: 1_500,
          e: 9_007_199_254_740_991,
        },
      ],
      warnings: ['big_number'],
    });
    expect(parseStoreJson('{"card":"9007199254740993 e"}')).toEqual({
      value: { card: '9007199254740993 e' },
      warnings: [],
    });
  });

  it('gives every integer back exactly or as its digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (big) => {
        const { value } = parseStoreJson(`[ ${big}]`);
        expect(String((value as [number | string])[0])).toBe(String(big));
      }),
    );
  });

  it('drops __proto__, however it is written', () => {
    for (const key of ['__proto__', '\\u005f_proto__', '\\u005F_proto_\\u005f']) {
      const { value, warnings } = parseStoreJson(`{"a":{"${key}":{"admin":true},"b":1}}`);
      expect(value).toEqual({ a: { b: 1 } });
      expect(Object.assign({}, (value as { a: object }).a)).not.toHaveProperty('admin');
      expect(warnings).toEqual(['proto_key']);
    }
  });

  it('bounds the nesting before it parses', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(codeOf(nested(32))).toBe('ok');
    expect(codeOf(nested(33))).toBe('too_deep');
    expect(codeOf(nested(1_000_000))).toBe('too_deep');
    expect(codeOf(JSON.stringify(['['.repeat(100), '\\"[['.repeat(50)]))).toBe('ok');
  });

  it('throws nothing but WooError', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.json().map((json) => json.slice(0, -1)),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom('', 'Warning: ', '<br />'), (text, noise) => {
        expect(['ok', 'not_json', 'php_noise', 'truncated', 'too_deep']).toContain(
          codeOf(noise + text),
        );
      }),
    );
  });
});
