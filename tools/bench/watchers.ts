/** Opens streams of a run, as pages of other people do, in a process of their own, as browsers are. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

export interface Watchers {
  /** Address of the stream. */
  url: string;
  /** Key of each stream. */
  keys: readonly string[];
}

const { url, keys }: Watchers = JSON.parse(process.env['WATCHERS'] ?? '{}');
for (const key of keys) {
  const call = request(url, {
    agent: false,
    headers: { accept: 'text/event-stream', authorization: `Bearer ${key}` },
  });
  call.end();
  const [response]: IncomingMessage[] = await once(call, 'response');
  if (response?.statusCode !== 200) throw new Error(`A stream got ${response?.statusCode}`);
  response.resume();
}
process.send?.('ready');
