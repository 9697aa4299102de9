import { Client } from 'pg';
import { isConnectionFailure } from './database-errors.ts';

/** DATABASE_URL uses a pooler that gives a session to another client after each transaction. */
export class TransactionPoolerError extends Error {
  override readonly name = 'TransactionPoolerError';
}

/**
 * Checks that a connection is a session of its own, as LISTEN, advisory locks and time limits require.
 * Two clients connected at the same time have different server processes, except behind a
 * pooler in transaction mode, where the second one gets the process that the first one just released.
 *
 * An unreachable server is not reported here.
 *
 * @throws TransactionPoolerError
 */
export async function refuseTransactionPooler(url: string): Promise<void> {
  const clients = [new Client({ connectionString: url }), new Client({ connectionString: url })];
  const processes = new Set<number>();
  try {
    for (const client of clients) {
      client.on('error', () => undefined);
      await client.connect();
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      if (rows[0]) processes.add(rows[0].pid);
    }
  } catch (error) {
    if (isConnectionFailure(error)) return;
    throw error;
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
  if (processes.size === clients.length) return;
  throw new TransactionPoolerError(
    'DATABASE_URL leads through a pooler in transaction mode: set it to the address of PostgreSQL itself, or of a pooler in session mode.',
  );
}
