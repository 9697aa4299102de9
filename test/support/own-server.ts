import { migrate } from '@mantis-sync/db';
import {
  createTcpProxy,
  createTestDatabase,
  openTestDatabase,
  startTestServer,
  type TcpProxy,
  type TestDatabase,
  type TestServer,
} from '@mantis-sync/dev-postgres/testing';

/** A database on a server of its own, so that a test may crash it. */
export async function startOwnServer(): Promise<{ server: TestServer; db: TestDatabase }> {
  const server = await startTestServer();
  await migrate({ url: server.url });
  const adminUrl = new URL(server.adminUrl);
  adminUrl.pathname = new URL(server.url).pathname;
  const db = openTestDatabase(server.url, adminUrl.href, { afterClose: () => server.stop() });
  return { server, db };
}

/** A database that the product reaches through a proxy; the test's own statements bypass it. */
export async function openBehindProxy(): Promise<{ proxy: TcpProxy; db: TestDatabase }> {
  const behind = await createTestDatabase({ max: 1 });
  const proxy = await createTcpProxy(behind.url);
  const db = openTestDatabase(proxy.through(behind.url), behind.adminUrl, {
    async afterClose() {
      proxy.mode = 'pass';
      await proxy.close();
      await behind.drop();
    },
  });
  return { proxy, db };
}
