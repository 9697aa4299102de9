import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../apps/api/src/routers/app-router.ts';
import type { Refusal } from './call.ts';
import type { TestApi } from './start-test-api.ts';

type Wire = inferRouterOutputs<AppRouter>['sync'];

export interface StreamEvent {
  /** tRPC's: connected, ping, serialized-error, return; undefined for data. */
  type: string | undefined;
  id: string | undefined;
  /** Depends on its kind: a run, a list of runs, or an error; a test knows which it expects. */
  data: Refusal & {
    type: 'run' | 'runs';
    run?: Wire['status'];
    runs?: Wire['status'][];
    activity: Wire['activity']['items'];
  };
}

export interface Stream {
  /** The next event other than `connected` and pings; undefined at the end of the response. */
  next(): Promise<StreamEvent | undefined>;
  /** Events up to the first match. */
  until(fits: (event: StreamEvent) => boolean): Promise<StreamEvent[]>;
  close(): void;
}

/** A subscription over server-sent events, as in a browser. */
export async function openStream(
  api: TestApi,
  input: object,
  headers: Record<string, string>,
): Promise<Stream> {
  const abort = new AbortController();
  const search = `input=${encodeURIComponent(JSON.stringify(input))}`;
  const response = await fetch(`${api.url}/trpc/sync.watch?${search}`, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: abort.signal,
  });
  const events = readEvents(response.body!.pipeThrough(new TextDecoderStream()));

  async function next(): Promise<StreamEvent | undefined> {
    for (;;) {
      const { value, done } = await events.next();
      if (done) return undefined;
      if (value.type !== 'connected' && value.type !== 'ping') return value;
    }
  }
  return {
    next,
    async until(fits) {
      const read: StreamEvent[] = [];
      for (;;) {
        const event = await next();
        if (!event) throw new Error(`The stream ended after ${JSON.stringify(read.slice(-3))}`);
        read.push(event);
        if (fits(event)) return read;
      }
    },
    close: () => abort.abort(),
  };
}

async function* readEvents(chunks: AsyncIterable<string>): AsyncGenerator<StreamEvent, void> {
  let text = '';
  for await (const chunk of chunks) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.trim() !== '') yield parseEvent(block);
    }
  }
}

function parseEvent(block: string): StreamEvent {
  const fields = new Map(
    block
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const data = fields.get('data');
  return { type: fields.get('event'), id: fields.get('id'), data: data ? JSON.parse(data) : null };
}
