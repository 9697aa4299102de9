import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../fixtures/woo-recordings/', import.meta.url);

/** One exchange with the real store. */
export interface Exchange {
  file: string;
  request: {
    scheme: 'http' | 'https';
    method: string;
    path: string;
    query: Record<string, string>;
    auth: string;
    body?: unknown;
  };
  response: { status: number; headers: Record<string, string>; body: string };
}

/** One webhook delivery as it arrived. */
export interface RecordedDelivery {
  file: string;
  secret: string | null;
  request: { method: string; path: string; headers: Record<string, string>; body: string };
}

const files = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .toSorted();
const parsed = files.map((file): Exchange & RecordedDelivery => {
  const recording: Exchange & RecordedDelivery = JSON.parse(
    readFileSync(new URL(file, folder), 'utf8'),
  );
  recording.file = file;
  return recording;
});

export const exchanges: readonly Exchange[] = parsed.filter(
  ({ file }) => !file.startsWith('delivery-'),
);
export const recordedDeliveries: readonly RecordedDelivery[] = parsed.filter(({ file }) =>
  file.startsWith('delivery-'),
);

/** The store's address in a recording: a header of every response contains it. */
export function originOf({ response }: Exchange): string {
  const text = `${response.headers['link'] ?? ''} ${response.headers['location'] ?? ''}`;
  const origin = /https?:\/\/[\d.]+:\d+/.exec(text)?.[0];
  if (origin === undefined) throw new Error('a recording names no origin');
  return origin;
}

/** The rows of a recorded list, or its one row; empty if the body is cut or not JSON. */
export function rowsOf(text: string): Record<string, unknown>[] {
  try {
    const value: unknown = JSON.parse(text);
    const list = Array.isArray(value) ? value : [value];
    return list.filter((row) => typeof row === 'object' && row !== null);
  } catch {
    return [];
  }
}
