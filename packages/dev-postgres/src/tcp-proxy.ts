import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What the proxy does with the bytes of open and new connections:
 * `pass`; `black-hole` swallows both directions while every socket stays open (half-open to both ends);
 * `swallow-replies` delivers what the client says and drops the answers; `refuse` resets new connections.
 */
export type ProxyMode = 'pass' | 'black-hole' | 'swallow-replies' | 'refuse';

export interface TcpProxy {
  readonly port: number;
  /** The same URL through the proxy. */
  through(url: string): string;
  mode: ProxyMode;
  /** Added to each chunk, in each direction. */
  latencyMs: number;
  /**
   * The next COMMIT reaches PostgreSQL, but in place of its answer the client's connection is reset.
   * Then it is false again.
   */
  losesCommit: boolean;
  /** Open client connections. */
  readonly connections: number;
  /** Resolves with the next connection. */
  nextConnection(): Promise<void>;
  /** Resets every open connection. */
  reset(): void;
  close(): Promise<void>;
}

/** The end of the message that commits; `synchronous_commit` has no end there. */
const COMMIT = 'commit\0';

/** A TCP proxy on 127.0.0.1 in front of the host and port of `targetUrl`, for faults between client and server. */
export async function createTcpProxy(targetUrl: string): Promise<TcpProxy> {
  const target = new URL(targetUrl);
  const pairs = new Set<[Socket, Socket]>();
  const server = createServer((client) => {
    if (proxy.mode === 'refuse') {
      client.on('error', () => {}).resetAndDestroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    client.on('data', (chunk) => {
      if (!proxy.losesCommit || !chunk.includes(COMMIT)) return;
      proxy.losesCommit = false;
      upstream.prependOnceListener('data', () => client.resetAndDestroy());
    });
    forward(client, upstream, () => proxy.mode === 'pass' || proxy.mode === 'swallow-replies');
    forward(upstream, client, () => proxy.mode === 'pass');
    client.on('close', () => pairs.delete(pair));
  });

  function forward(from: Socket, to: Socket, passes: () => boolean): void {
    from.setNoDelay(true);
    from.on('error', () => {});
    from.on('data', (chunk) => {
      // Timers of equal length fire in the order they were set, so the bytes stay in order.
      if (proxy.latencyMs > 0) setTimeout(() => passes() && to.write(chunk), proxy.latencyMs);
      else if (passes()) to.write(chunk);
    });
    from.on('close', () => {
      if (passes()) to.destroy();
    });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const proxy: TcpProxy = {
    port,
    mode: 'pass',
    latencyMs: 0,
    losesCommit: false,
    through(url) {
      const changed = new URL(url);
      changed.hostname = '127.0.0.1';
      changed.port = String(port);
      return changed.href;
    },
    get connections() {
      return pairs.size;
    },
    async nextConnection() {
      await once(server, 'connection');
    },
    reset() {
      for (const [client, upstream] of pairs) {
        client.resetAndDestroy();
        upstream.destroy();
      }
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const [client, upstream] of pairs) {
        client.destroy();
        upstream.destroy();
      }
      await closed;
    },
  };
  return proxy;
}
