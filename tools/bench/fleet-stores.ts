/**
 * The stores of `fleet.ts`: as many servers as configured, all with the same customers, in one process. A page
 * is rendered once, so that the stores leave the cores to what is measured.
 */
import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createWooSim, realLatency } from '@mantis-sync/woo-sim';
import { createSafeDispatcher } from '../../packages/sync-core/src/woo/safe-connect.ts';
import { createWooClient } from '../../packages/sync-core/src/woo/create-woo-client.ts';
import type { FleetStores } from './fleet.ts';

const PAGE_SIZE = 100;
/** How long a slow store takes for its first byte, in milliseconds. */
const SLOW_MS = 18_000;

const { stores, customers, slow, down } = JSON.parse(process.env['FLEET'] ?? '{}') as FleetStores;
const rows = await renderRows();
const pages = new Map<string, Buffer>();

const urls: string[] = [];
for (let index = 0; index < stores; index += 1) {
  const kind = index < slow ? 'slow' : index < slow + down ? 'down' : 'well';
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://store').searchParams;
    void answer(response, kind, Number(query.get('offset')), Number(query.get('per_page')));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  urls.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}
process.on('message', () => process.send?.(urls));
process.send?.('ready');

async function answer(
  response: ServerResponse,
  kind: 'slow' | 'down' | 'well',
  offset: number,
  perPage: number,
): Promise<void> {
  if (kind === 'down') {
    response.socket?.destroy();
    return;
  }
  const count = Math.max(0, Math.min(perPage, customers - offset));
  const { bootMs, perCustomerMs } = realLatency;
  await wait(kind === 'slow' ? SLOW_MS : bootMs + perCustomerMs * count);
  response.writeHead(200, { 'content-type': 'application/json', 'x-wp-total': customers });
  response.end(pageOf(offset, count));
}

function pageOf(offset: number, count: number): Buffer {
  const key = `${offset} ${count}`;
  const page = pages.get(key) ?? Buffer.from(`[${rows.slice(offset, offset + count).join(',')}]`);
  pages.set(key, page);
  return page;
}

/** The customers of a simulated store, as JSON. */
async function renderRows(): Promise<string[]> {
  const sim = await createWooSim({ customers, guests: 0 });
  const dispatcher = createSafeDispatcher({ allowHosts: ['127.0.0.1'] });
  const client = createWooClient({
    baseUrl: sim.url,
    authMode: 'oauth1',
    routeStyle: 'pretty',
    credentials: sim.defaultCredentials,
    dispatcher,
  });
  const rendered: string[] = [];
  for (let offset = 0; offset < customers; offset += PAGE_SIZE) {
    const page = await client.listCustomers({ offset, perPage: PAGE_SIZE });
    rendered.push(...page.rows.map((row) => JSON.stringify(row)));
  }
  await dispatcher.close();
  await sim.close();
  return rendered;
}
