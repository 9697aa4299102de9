import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { backoffMs } from './backoff.ts';
import { codeOf } from './database-errors.ts';
import { silentLog, type Log } from './log.ts';

export type ListenerState = 'connecting' | 'listening' | 'closed';

export interface ListenerOptions {
  /** A direct connection: a transaction pooler cannot LISTEN. */
  url: string;
  /** A plain identifier in lower case. */
  channel: string;
  /** Something changed: read it again, never trust the payload. Equal payloads of one transaction arrive once. */
  onNotification(payload: string): void;
  /** After every connect, including the first: notifications may have been missed, so read everything again. */
  onReconnect(): void;
  /** Interval of heartbeats; a silently dead connection is found within this plus `heartbeatTimeoutMs`. */
  heartbeatMs?: number;
  /** Timeout for connecting and for the response to a heartbeat. */
  heartbeatTimeoutMs?: number;
  log?: Log;
  /** 0 to 1; spreads reconnects. */
  random?: () => number;
}

export interface Listener {
  readonly state: ListenerState;
  /** Resolves when listening for the first time, or when closed before that. */
  readonly ready: Promise<void>;
  /** Stops listening and reconnecting; no callback is called afterwards. */
  close(): Promise<void>;
}

const backoff = { firstMs: 200, longestMs: 5_000, jitter: 0.5 };

/**
 * A dedicated connection that LISTENs and reconnects with backoff whenever it is lost. A
 * half-open socket reports no error, so a query on the same session serves as heartbeat, which also
 * checks that the session still listens (after pg-boss).
 */
export function createListener(options: ListenerOptions): Listener {
  const { channel, heartbeatMs = 10_000, heartbeatTimeoutMs = 5_000 } = options;
  const { log = silentLog, random = Math.random } = options;
  if (!/^[a-z_][a-z0-9_]*$/.test(channel)) throw new TypeError('Not a plain channel name');
  const closing = new AbortController();
  const { promise: ready, resolve: markReady } = Promise.withResolvers<void>();
  let state: ListenerState = 'connecting';

  async function listenUntilLost(): Promise<never> {
    const socket = new Socket();
    const client = createClient(options.url, socket, heartbeatTimeoutMs);
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => {});
    client.on('error', lost.reject);
    client.on('end', () => lost.reject(new Error('Connection ended')));
    const onClose = () => lost.reject(closing.signal.reason);
    closing.signal.addEventListener('abort', onClose);
    client.on('notification', ({ payload }) => {
      if (!closing.signal.aborted) notify(() => options.onNotification(payload ?? ''));
    });
    try {
      await Promise.race([lost.promise, subscribe(client, channel)]);
      closing.signal.throwIfAborted();
      state = 'listening';
      markReady();
      notify(() => options.onReconnect());
      return await Promise.race([lost.promise, heartbeat(client, lost.promise)]);
    } finally {
      closing.signal.removeEventListener('abort', onClose);
      abandon(client, socket);
    }
  }

  /** An error in a subscriber must end neither the process nor the connection. */
  function notify(subscriber: () => void): void {
    try {
      subscriber();
    } catch (error) {
      log.error({ channel, err: error }, 'a subscriber of the listener failed');
    }
  }

  async function heartbeat(client: Client, lost: Promise<never>): Promise<never> {
    for (;;) {
      await Promise.race([lost, delay(heartbeatMs, undefined, { signal: closing.signal })]);
      await requireListening(client, channel);
    }
  }

  async function run(): Promise<void> {
    for (let failures = 0; !closing.signal.aborted;) {
      try {
        await listenUntilLost();
      } catch (error) {
        if (closing.signal.aborted) break;
        // Read through a function: the assignment happened inside listenUntilLost.
        failures = currentState() === 'listening' ? 1 : failures + 1;
        state = 'connecting';
        const waitMs = backoffMs(backoff, failures, random);
        log.warn({ channel, code: codeOf(error), waitMs }, 'listening connection lost');
        await delay(waitMs, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
    state = 'closed';
    markReady();
  }
  const currentState = () => state;
  const running = run();

  return {
    get state() {
      return state;
    },
    ready,
    close() {
      closing.abort();
      return running;
    },
  };
}

function createClient(url: string, socket: Socket, timeoutMs: number): Client {
  return new Client({
    connectionString: url,
    stream: () => socket,
    application_name: 'mantis-listen',
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
}

async function subscribe(client: Client, channel: string): Promise<void> {
  await client.connect();
  await client.query(`listen ${channel}`);
}

/** @throws if the session does not respond in time, or no longer listens. */
async function requireListening(client: Client, channel: string): Promise<void> {
  const { rows } = await client.query(
    'select $1 in (select pg_listening_channels()) as listening',
    [channel],
  );
  if (!rows[0]?.listening) throw new Error('The session no longer listens');
}

/** Closes without waiting for a response, which a dead socket would delay for minutes. */
function abandon(client: Client, socket: Socket): void {
  client.removeAllListeners('notification');
  client.end().catch(() => {});
  socket.destroySoon();
}
