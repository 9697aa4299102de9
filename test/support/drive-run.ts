import type { TestApi } from './start-test-api.ts';
import type { Member } from './sign-in.ts';

/** A store of the member's organisation that receives no requests. */
export async function insertStore(api: TestApi, { orgId }: Member, name = 'Shop'): Promise<string> {
  const { rows } = await api.db.admin.query<{ id: string }>(
    `insert into woo_store
       (org_id, name, url, consumer_key_cipher, consumer_secret_cipher, cipher_key_id, key_hint)
     values ($1, $2, 'https://' || gen_random_uuid() || '.example', '', '', 'k1', 'abcd')
     returning id`,
    [orgId, name],
  );
  return rows[0]!.id;
}

/** A run changed as a worker does: each step is one transaction that ends with the notification. */
export function driveRun(api: TestApi, runId: string) {
  const step = async (statement: string, values: unknown[] = []) => {
    const { rows } = await api.db.admin.query<{ org_id: string }>(
      'select org_id from woo_customer_sync_queue where id = $1',
      [runId],
    );
    await api.db.database.withOrg(rows[0]!.org_id, async (sql) => {
      await sql.query(statement, [runId, ...values]);
      await sql.query('select mantis.notify_run_changed($1)', [runId]);
    });
  };
  const complete = (from: string, set: string, count: number) =>
    step(
      `update woo_customer_sync_queue_line set ${set}
        where queue_id = $1 and position in (
          select position from woo_customer_sync_queue_line
           where queue_id = $1 and state = '${from}' order by position limit $2)`,
      [count],
    );
  const claim = (count: number) =>
    complete(
      'draft',
      `state = 'processing', attempts = attempts + 1, lease_token = gen_random_uuid(),
       lease_until = now() + interval '1 hour', worker_id = 'test'`,
      count,
    );
  const release = 'lease_token = null, lease_until = null, worker_id = null';

  const insertLines = (count: number) =>
    step(
      `insert into woo_customer_sync_queue_line (org_id, queue_id, position, woo_customer_id)
       select org_id, id, n, n from woo_customer_sync_queue, generate_series(1, $2::int) n where id = $1`,
      [count],
    );

  return {
    /** The first customers of the list, which is not read completely. */
    insertLines,
    /** The complete list of the store, with this many customers. */
    async discover(count: number) {
      await insertLines(count);
      await step(`update woo_customer_sync_queue set discovery_state = 'complete' where id = $1`);
    },
    async finish(count: number) {
      await claim(count);
      await complete('processing', `state = 'done', outcome = 'created', ${release}`, count);
    },
    async fail(count: number) {
      await claim(count);
      await complete(
        'processing',
        `state = 'failed', error_code = 'bad_record', error_message = 'No e-mail', ${release}`,
        count,
      );
    },
    /** Log entries: `<event> <number>`, with their number in the run. */
    log: (event: string, count = 1) =>
      step(
        `with numbered as (
           update woo_customer_sync_queue set activity_seq = activity_seq + $3 where id = $1
           returning org_id, store_id, activity_seq - $3 as before)
         insert into woo_sync_activity (org_id, store_id, queue_id, seq, event, message, actor_type)
         select org_id, store_id, $1, before + n, $2, $2 || ' ' || (before + n), 'system'
           from numbered, generate_series(1, $3::int) n`,
        [event, count],
      ),
  };
}
