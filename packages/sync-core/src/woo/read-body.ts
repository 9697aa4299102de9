import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { errorCode, WooError } from './woo-error.ts';

export const defaultMaxBodyBytes = 10_000_000;

export interface BodyOptions {
  /** The Content-Encoding header. */
  readonly contentEncoding: string | null;
  /** The Content-Type header; only its charset is used. */
  readonly contentType: string | null;
  /** Limit for the received bytes and, separately, for the decoded ones. */
  readonly maxBytes: number;
}

export interface BodyText {
  readonly text: string;
  /** Decoded length. */
  readonly bytes: number;
  readonly hadBom: boolean;
}

type Decoder = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const gzip: Decoder = promisify(gunzip);

/** Some servers send deflate without the frame that the standard asks for. */
const deflate: Decoder = (bytes, options) => {
  return promisify(isFramedDeflate(bytes) ? inflate : inflateRaw)(bytes, options);
};

const decoders: Readonly<Record<string, Decoder>> = {
  gzip,
  'x-gzip': gzip,
  deflate,
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/**
 * Reads a complete response body as text. Never holds more than `maxBytes` compressed and `maxBytes` decoded,
 * even for a decompression bomb. The caller's signal ends the stream at its deadline.
 * @throws WooError too_large, truncated, bad_compression, bad_encoding; and errors of the stream itself.
 */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  options: BodyOptions,
): Promise<BodyText> {
  const wire = await collect(body, options.maxBytes);
  const decoded = await decompress(wire, options);
  return { ...decodeText(decoded, options.contentType), bytes: decoded.byteLength };
}

async function collect(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new WooError('too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

async function decompress(wire: Buffer, { contentEncoding, maxBytes }: BodyOptions) {
  const codings = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  // Two codings are legal and occur behind misconfigured proxies; more is an attack.
  if (codings.length > 2)
    throw new WooError('bad_compression', { detail: 'more than two encodings' });
  let bytes = wire;
  for (const coding of codings.toReversed()) bytes = await decodeOnce(bytes, coding, maxBytes);
  // Compressed without a header, or once more than declared.
  for (let more = 0; more < 2 && !isText(bytes); more++)
    bytes = (await guessCoding(bytes, maxBytes)) ?? bytes;
  return bytes;
}

/** An unknown coding, or one that was declared but not applied, counts as none if the body is readable without it. */
async function decodeOnce(bytes: Buffer, coding: string, maxBytes: number): Promise<Buffer> {
  const decoder = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
  try {
    if (decoder && bytes.length > 0) return await decode(bytes, decoder, maxBytes);
  } catch (error) {
    if (!(error instanceof WooError) || error.code !== 'bad_compression') throw error;
  }
  if (isText(bytes)) return bytes;
  const guessed = await guessCoding(bytes, maxBytes);
  if (guessed) return guessed;
  throw new WooError('bad_compression', decoder ? {} : { detail: 'an unknown content encoding' });
}

/** What a body shows of its coding by its first bytes; brotli shows nothing. */
const magic: readonly (readonly [Decoder, (bytes: Buffer) => boolean])[] = [
  [gzip, isGzip],
  [deflate, isFramedDeflate],
  [decoders['zstd']!, (bytes) => bytes[0] === 0x28 && bytes[1] === 0xb5],
  [decoders['br']!, () => true],
];

/** The body decoded by its actual encoding, whatever was declared; null if none results in text. */
async function guessCoding(bytes: Buffer, maxBytes: number): Promise<Buffer | null> {
  const [decoder] = magic.find(([, fits]) => fits(bytes))!;
  try {
    const decodedBytes = await decode(bytes, decoder, maxBytes);
    return decoder === gzip || isText(decodedBytes) || isGzip(decodedBytes) ? decodedBytes : null;
  } catch (error) {
    if (decoder !== gzip && error instanceof WooError && error.code !== 'too_large') return null;
    throw error;
  }
}

async function decode(bytes: Buffer, decoder: Decoder, maxBytes: number): Promise<Buffer> {
  try {
    return await decoder(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    throw decompressError(error);
  }
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function isFramedDeflate(bytes: Buffer): boolean {
  return bytes.length > 1 && ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.readUInt16BE() % 31 === 0;
}

/** Begins with characters that do not occur in compressed data; an empty body counts as text. */
function isText(bytes: Buffer): boolean {
  const beginning = bytes.subarray(0, 64).toString('utf8').slice(0, 16);
  return !/[\p{Cc}\uFFFD]/u.test(beginning.replace(/\s/g, ''));
}

function decompressError(error: unknown): WooError {
  const code = errorCode(error);
  if (code === 'ERR_BUFFER_TOO_LARGE') return new WooError('too_large');
  // zlib and brotli report input that ends too early; zstd does not.
  if (code === 'Z_BUF_ERROR') return new WooError('truncated', { cause: error });
  return new WooError('bad_compression', { cause: error });
}

function decodeText(bytes: Buffer, contentType: string | null) {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new WooError('bad_encoding', { cause });
  }
  const hadBom = text.startsWith('\uFEFF');
  if (hadBom) text = text.slice(1);
  if (!isUtf8Type(contentType) && text.length !== bytes.byteLength - (hadBom ? 3 : 0)) {
    // Declared as another charset and not plain ASCII: decoding would be a guess.
    throw new WooError('bad_encoding', { detail: 'declared charset' });
  }
  return { text, hadBom };
}

function isUtf8Type(contentType: string | null): boolean {
  const charset = /charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}
