import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readBody } from './read-body.ts';

const json = '[{"name":"Ærøskøbing"}]';

interface Given {
  encoding?: string;
  type?: string;
  maxBytes?: number;
}

/** Reads the bytes as if they had come in chunks of 7. */
function read(bytes: string | Uint8Array, { encoding, type, maxBytes = 1_000 }: Given = {}) {
  async function* chunks() {
    const all = Buffer.from(bytes);
    for (let at = 0; at < all.length; at += 7) yield all.subarray(at, at + 7);
  }
  return readBody(chunks(), {
    contentEncoding: encoding ?? null,
    contentType: type ?? 'application/json; charset=UTF-8',
    maxBytes,
  });
}

describe('readBody', () => {
  it.each([
    ['identity', Buffer.from(json)],
    ['gzip', gzipSync(json)],
    ['GZIP', gzipSync(json)],
    ['br', brotliCompressSync(json)],
    ['zstd', zstdCompressSync(json)],
    ['gzip, br', brotliCompressSync(gzipSync(json))],
  ])('decodes %s', async (encoding, bytes) => {
    expect(await read(bytes, { encoding })).toEqual({
      text: json,
      bytes: Buffer.byteLength(json),
      hadBom: false,
    });
  });

  it('counts the decoded bytes: a bomb is cut at the cap', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect(bomb.length).toBeLessThan(60_000);
    const reading = read(bomb, { encoding: 'gzip', maxBytes: 60_000 });
    await expect(reading).rejects.toMatchObject({ code: 'too_large' });
  });

  it('stops reading once the cap is passed', async () => {
    let given = 0;
    async function* endless() {
      for (;;) {
        given += 100;
        yield Buffer.alloc(100);
      }
    }
    const options = { contentEncoding: null, contentType: null, maxBytes: 1_000 };
    await expect(readBody(endless(), options)).rejects.toMatchObject({ code: 'too_large' });
    expect(given).toBe(1_100);
  });

  it('accepts exactly as many bytes as the limit', async () => {
    expect((await read('x'.repeat(1_000))).bytes).toBe(1_000);
    await expect(read('x'.repeat(1_001))).rejects.toMatchObject({ code: 'too_large' });
  });

  it('strips a byte order mark and says so', async () => {
    expect(await read(`\uFEFF${json}`)).toMatchObject({ text: json, hadBom: true });
  });

  it('refuses bytes that are not UTF-8 instead of replacing them', async () => {
    const broken = Buffer.concat([Buffer.from('["a'), Buffer.from([0xe9]), Buffer.from('"]')]);
    await expect(read(broken)).rejects.toMatchObject({ code: 'bad_encoding' });
  });

  it('accepts another charset only if it makes no difference', async () => {
    const type = 'application/json; charset=ISO-8859-1';
    expect(await read('["plain"]', { type })).toMatchObject({ text: '["plain"]' });
    await expect(read(json, { type })).rejects.toMatchObject({ code: 'bad_encoding' });
    expect(await read(json, { type: 'text/json; charset="utf8"' })).toMatchObject({ text: json });
  });

  it('reports a truncated compressed body, and one that is not compressed', async () => {
    const cut = gzipSync(json).subarray(0, 20);
    await expect(read(cut, { encoding: 'gzip' })).rejects.toMatchObject({ code: 'truncated' });
    const cutInHead = gzipSync(json).subarray(1);
    for (const encoding of ['gzip', 'compress', 'constructor', 'gzip, gzip, gzip']) {
      await expect(read(cutInHead, { encoding })).rejects.toMatchObject({
        code: 'bad_compression',
      });
    }
  });

  it.each([
    ['a plain body with an unknown coding', Buffer.from(json), 'none'],
    ['a plain body that says gzip', Buffer.from(json), 'gzip'],
    ['a plain body that says br', Buffer.from(json), 'br'],
    ['a plain body with a BOM that says utf-8', Buffer.from(`\uFEFF${json}`), 'utf-8'],
    ['gzip without its header', gzipSync(json), undefined],
    ['gzip that says br', gzipSync(json), 'br'],
    ['gzip twice', gzipSync(gzipSync(json)), 'gzip'],
    ['gzip twice without its header', gzipSync(gzipSync(json)), undefined],
    ['deflate', deflateSync(json), 'deflate'],
    ['deflate without its frame', deflateRawSync(json), 'deflate'],
    ['deflate without its header', deflateSync(json), undefined],
    ['brotli without its header', brotliCompressSync(json), undefined],
    ['brotli that says gzip', brotliCompressSync(json), 'gzip'],
    ['deflate that says gzip', deflateSync(json), 'gzip'],
    ['zstd that says br', zstdCompressSync(json), 'br'],
    ['brotli around gzip that says gzip', brotliCompressSync(gzipSync(json)), 'gzip'],
    ['gzip that says utf-8', gzipSync(json), 'utf-8'],
    ['a plain body that says br, gzip', Buffer.from(json), 'br, gzip'],
  ])('kind 4: reads %s', async (_what, bytes, encoding) => {
    expect(await read(bytes, encoding === undefined ? {} : { encoding })).toMatchObject({
      text: json,
    });
  });

  it('kind 4: a plain body declared as gzip is read, whatever it begins with', async () => {
    for (const text of ['Notice: x in y.php\n[]', 'callback([])', '"[]"', '']) {
      expect(await read(text, { encoding: 'gzip' })).toMatchObject({ text });
    }
  });

  it('kind 4: a bomb behind an undeclared gzip is cut at the cap', async () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(50_000_000)));
    await expect(read(bomb, { encoding: 'gzip' })).rejects.toMatchObject({ code: 'too_large' });
  });
});
