import { randomUUID } from 'node:crypto';
import {
  createTcpProxy,
  createTestDatabase,
  type TcpProxy,
  type TestDatabase,
} from '../../dev-postgres/src/testing.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createDatabase,
  type Database,
  type DatabaseOptions,
  type Sql,
} from '../src/create-database.ts';
import {
  DatabaseUnavailableError,
  InvalidOrgIdError,
  TransactionAbortedError,
  TransactionOverError,
  UnsafeIntegerError,
} from '../src/database-errors.ts';

const orgId = randomUUID();

let test: TestDatabase;
let proxy: TcpProxy;
const opened: Database[] = [];
beforeAll(async () => {
  test = await createTestDatabase();
  proxy = await createTcpProxy(test.url);
  const { pathname } = new URL(test.url);
  await test.admin.query(`
    alter database ${pathname.slice(1)} set deadlock_timeout = '20ms';
    create table counter (id int primary key, value int not null check (value < 1000));
    create table note (id bigint primary key, body text not null);
    grant select, insert, update on counter, note to mantis_app, mantis_system`);
});
beforeEach(async () => {
  proxy.mode = 'pass';
  await test.admin.query(
    'truncate note, counter; insert into counter select n, 0 from generate_series(1, 5) n',
  );
});
afterEach(() => Promise.all(opened.splice(0).map((database) => database.close())));
afterAll(async () => {
  await proxy.close();
  await test.drop();
});

/** Through the proxy, with one connection, so that what a transaction leaves meets the next. */
function open(options: Partial<DatabaseOptions> = {}): Database {
  const database = createDatabase({ url: proxy.through(test.url), max: 1, ...options });
  opened.push(database);
  return database;
}

const add = (sql: Sql, id: number) =>
  sql.query('update counter set value = value + 1 where id = $1', [id]);
const pidOf = async (sql: Sql) =>
  (await sql.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
const valueOf = async (id: number) =>
  (await test.admin.query<{ value: number }>('select value from counter where id = $1', [id]))
    .rows[0]?.value;

describe('a transaction', () => {
  it('of withOrg runs as mantis_app for one organisation, with the settings of the pool', async () => {
    const database = open({
      applicationName: 'test-name',
      statementTimeoutMs: 1234,
      lockTimeoutMs: 2345,
      idleInTransactionTimeoutMs: 3456,
    });
    const { rows, rowCount } = await database.withOrg(orgId, (sql) =>
      sql.query(
        `select current_user::text as role, mantis.org_id() as org, current_schemas(false)::text as path,
                current_setting('application_name') as name,
                current_setting('statement_timeout') as statement,
                current_setting('lock_timeout') as lock,
                current_setting('idle_in_transaction_session_timeout') as idle,
                current_setting('synchronous_commit') as sync`,
      ),
    );
    expect(rowCount).toBe(1);
    expect(rows).toEqual([
      {
        role: 'mantis_app',
        org: orgId,
        path: '{public}',
        name: 'test-name',
        statement: '1234ms',
        lock: '2345ms',
        idle: '3456ms',
        sync: 'on',
      },
    ]);
  });

  it('of withSystem runs as mantis_system without an organisation', async () => {
    const { rows } = await open().withSystem((sql) =>
      sql.query('select current_user::text as role, mantis.org_id() as org'),
    );
    expect(rows).toEqual([{ role: 'mantis_system', org: null }]);
  });

  it('leaves no role, organisation or durability on its connection', async () => {
    const database = open();
    const read = (sql: Sql) =>
      sql.query<{ pid: number; org: string | null; sync: string }>(
        `select pg_backend_pid() as pid, mantis.org_id() as org,
                current_setting('synchronous_commit') as sync`,
      );
    const first = await database.withOrg(orgId, read, { durability: 'deferred' });
    const second = await database.withSystem(read);
    expect(first.rows[0]).toMatchObject({ org: orgId, sync: 'off' });
    expect(second.rows[0]).toEqual({ pid: first.rows[0]?.pid, org: null, sync: 'on' });
  });

  it('commits what the work did and returns its result', async () => {
    const result = await open().withOrg(orgId, async (sql) => {
      await add(sql, 1);
      return 'done';
    });
    expect(result).toBe('done');
    expect(await valueOf(1)).toBe(1);
  });

  it('rolls back when the work throws, and rethrows its error', async () => {
    const failure = new Error('from the work');
    const database = open();
    await expect(
      database.withOrg(orgId, async (sql) => {
        await add(sql, 1);
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(await valueOf(1)).toBe(0);
    await database.ping();
  });

  it('rejects when the work swallowed the error of a statement, since nothing was kept', async () => {
    const database = open();
    const attempt = database.withOrg(orgId, async (sql) => {
      await add(sql, 1);
      await sql.query('select 1 / 0').catch(() => {});
    });
    await expect(attempt).rejects.toThrow(TransactionAbortedError);
    await expect(attempt).rejects.toMatchObject({ cause: { code: '22012' } });
    expect(await valueOf(1)).toBe(0);
  });

  it('returns a handle that ends with it', async () => {
    const database = open();
    let leaked: Sql | undefined;
    await database.withOrg(orgId, async (sql) => {
      leaked = sql;
    });
    await expect(leaked?.query('select 1')).rejects.toThrow(TransactionOverError);
  });

  it('refuses an organisation that is no uuid before it takes a connection', async () => {
    proxy.mode = 'refuse';
    const database = open();
    for (const bad of ['', 'x', `${orgId}'`, `${orgId}\n`, `'; drop table counter; --`]) {
      await expect(database.withOrg(bad, async () => 1)).rejects.toThrow(InvalidOrgIdError);
    }
  });

  it('takes named statements, prepared once a connection', async () => {
    const database = open();
    const statement = { name: 'sum_of_two', text: 'select $1::int + $2::int as sum' };
    const run = (values: number[]) =>
      database.withOrg(orgId, (sql) => sql.query<{ sum: number }>({ ...statement, values }));
    expect((await run([1, 2])).rows).toEqual([{ sum: 3 }]);
    expect((await run([3, 4])).rows).toEqual([{ sum: 7 }]);
    const prepared = await database.withOrg(orgId, (sql) =>
      sql.query('select name from pg_prepared_statements'),
    );
    expect(prepared.rows).toEqual([{ name: 'sum_of_two' }]);
  });
});

describe('values', () => {
  const read = (expression: string) =>
    open().withOrg(orgId, (sql) => sql.query(`select ${expression} as value`));

  it('bigint and bigint[] are numbers, timestamptz a Date, numeric a string', async () => {
    const { rows } = await open().withOrg(orgId, (sql) =>
      sql.query(
        `select 9007199254740991::int8 as big, array[1, null, -5]::int8[] as list,
                '2026-01-02 03:04:05+00'::timestamptz as at, 1.50::numeric as amount, null::int8 as none`,
      ),
    );
    expect(rows).toEqual([
      {
        big: Number.MAX_SAFE_INTEGER,
        list: [1, null, -5],
        at: new Date('2026-01-02T03:04:05Z'),
        amount: '1.50',
        none: null,
      },
    ]);
  });

  it('a bigint that a number cannot hold is an error, never rounded', async () => {
    await expect(read('9007199254740992::int8')).rejects.toThrow(UnsafeIntegerError);
    await expect(read('array[1, -9007199254740993]::int8[]')).rejects.toThrow(UnsafeIntegerError);
  });
});

describe('errors of statements', () => {
  it('keep their code and constraint, and lose the values of the row', async () => {
    const secret = 'secret@example.com';
    const failWith = async (text: string, values: unknown[] = []) => {
      const error: unknown = await open()
        .withOrg(orgId, (sql) => sql.query(text, values))
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      const { message, stack } = error as Error;
      expect(`${JSON.stringify(error)} ${message} ${stack}`).not.toContain(secret);
      return error;
    };
    expect(await failWith('insert into note values (1, $1), (1, $1)', [secret])).toMatchObject({
      code: '23505',
      constraint: 'note_pkey',
    });
    expect(await failWith('insert into note values (null, $1)', [secret])).toMatchObject({
      code: '23502',
      column: 'id',
    });
    expect(await failWith('select $1::text::int', [secret])).toMatchObject({ code: '22P02' });
    expect(await failWith('select $1::text::jsonb', [`{"a": ${secret}}`])).toMatchObject({
      code: '22P02',
    });
  });
});

describe('deadlocks and serialization failures', () => {
  it('rerun the complete work in a clean transaction', async () => {
    const database = open({ max: 2, sleep: async () => {} });
    const [bothHoldOne, arrive] = barrier(2);
    let runs = 0;
    const crossing = (first: number, second: number) =>
      database.withOrg(orgId, async (sql) => {
        runs++;
        await add(sql, first);
        arrive();
        await bothHoldOne;
        await add(sql, second);
      });
    await Promise.all([crossing(1, 2), crossing(2, 1)]);
    // PostgreSQL breaks a deadlock by one victim; two that look at the same moment may both be one.
    expect(runs).toBeGreaterThanOrEqual(3);
    expect([await valueOf(1), await valueOf(2)]).toEqual([2, 2]);
  });

  const raise = (code: string) => `do $$ begin raise exception using errcode = '${code}'; end $$`;

  it.each(['40001', '40P01'])(
    '%s: five times with growing, jittered pauses, then the error',
    async (code) => {
      const pauses: number[] = [];
      const handles = new Set<Sql>();
      const database = open({
        random: () => 0.5,
        sleep: async (ms) => void pauses.push(ms),
      });
      const attempt = database.withOrg(orgId, async (sql) => {
        handles.add(sql);
        await add(sql, 1);
        await sql.query(raise(code));
      });
      await expect(attempt).rejects.toMatchObject({ code });
      expect(pauses).toEqual([10, 20, 40, 80, 160]);
      expect(handles.size).toBe(6);
      expect(await valueOf(1)).toBe(0);
    },
  );

  it('are seen through an error that wraps them, and when swallowed', async () => {
    const database = open({ sleep: async () => {} });
    let runs = 0;
    await database.withOrg(orgId, async (sql) => {
      if (++runs > 2) return add(sql, 1);
      const failing = sql.query(raise('40001'));
      if (runs === 1) return failing.catch((cause) => Promise.reject(new Error('mine', { cause })));
      return failing.catch(() => undefined);
    });
    expect(runs).toBe(3);
    expect(await valueOf(1)).toBe(1);
  });

  it('any other error is not tried again', async () => {
    let runs = 0;
    const attempt = open().withOrg(orgId, async (sql) => {
      runs++;
      await sql.query('update counter set value = 1000 where id = 1');
    });
    await expect(attempt).rejects.toMatchObject({ code: '23514' });
    expect(runs).toBe(1);
  });
});

describe('a database that is not there', () => {
  it('refused and reset connections are DatabaseUnavailableError with their cause', async () => {
    const database = open();
    proxy.mode = 'refuse';
    const refused = database.withOrg(orgId, async () => 1);
    await expect(refused).rejects.toThrow(DatabaseUnavailableError);
    await expect(refused).rejects.toMatchObject({ cause: expect.any(Error), commitUnknown: false });
    await expect(database.ping()).rejects.toThrow(DatabaseUnavailableError);
    proxy.mode = 'pass';
    await database.ping();

    const nobody = createDatabase({ url: 'postgres://nobody@127.0.0.1:1/none' });
    await expect(nobody.ping()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await nobody.close();
  });

  it('an exhausted pool counts as unavailable, after the connection timeout', async () => {
    const database = open({ connectionTimeoutMs: 1_000 });
    const nested = database.withOrg(orgId, () => database.withOrg(orgId, async () => 1));
    await expect(nested).rejects.toThrow(DatabaseUnavailableError);
    await database.ping();
  });

  it('a terminated session, during a statement or between two, affects only its client', async () => {
    const database = open();
    const during = database.withOrg(orgId, async (sql) => {
      await add(sql, 1);
      const pid = await pidOf(sql);
      await Promise.all([
        sql.query('select pg_sleep(20)'),
        test.admin.query('select pg_terminate_backend($1)', [pid]),
      ]);
    });
    await expect(during).rejects.toMatchObject({
      name: 'DatabaseUnavailableError',
      cause: { code: '57P01' },
    });
    const between = database.withOrg(orgId, async (sql) => {
      await add(sql, 1);
      await test.admin.query('select pg_terminate_backend($1, 5000)', [await pidOf(sql)]);
      await add(sql, 1);
    });
    await expect(between).rejects.toThrow(DatabaseUnavailableError);
    await database.withOrg(orgId, (sql) => add(sql, 2));
    expect([await valueOf(1), await valueOf(2)]).toEqual([0, 1]);
  });

  it('a session terminated while idle costs only a log line', async () => {
    const lost = Promise.withResolvers<object>();
    const database = open({
      log: { info: () => {}, error: () => {}, warn: (fields) => lost.resolve(fields) },
    });
    const pid = await database.withOrg(orgId, pidOf);
    await test.admin.query('select pg_terminate_backend($1)', [pid]);
    expect(await lost.promise).toEqual({ code: '57P01' });
    expect(await database.withOrg(orgId, pidOf)).not.toBe(pid);
  });

  it('reports a lost response to COMMIT, whose outcome is unknown', async () => {
    const database = open();
    const committed = untilValue(1, 1).then(() => proxy.reset());
    const attempt = database.withOrg(orgId, async (sql) => {
      await add(sql, 1);
      proxy.mode = 'swallow-replies';
    });
    await expect(attempt).rejects.toMatchObject({
      name: 'DatabaseUnavailableError',
      commitUnknown: true,
    });
    await committed;
    expect(await valueOf(1)).toBe(1);
  });

  it('a server that stops responding is detected by our own timer', async () => {
    const database = open({ replyTimeoutMs: 100 });
    const attempt = database.withOrg(orgId, async (sql) => {
      proxy.mode = 'black-hole';
      await add(sql, 1);
    });
    await expect(attempt).rejects.toThrow(DatabaseUnavailableError);
  });
});

describe('time-outs of the server', () => {
  const clientsPid = (database: Database) => database.withOrg(orgId, pidOf);

  it('statement_timeout: 57014, and the client is not used again', async () => {
    const database = open({ statementTimeoutMs: 50 });
    const pid = await clientsPid(database);
    const slow = database.withOrg(orgId, (sql) => sql.query('select pg_sleep(20)'));
    await expect(slow).rejects.toMatchObject({ code: '57014' });
    expect(await clientsPid(database)).not.toBe(pid);
  });

  it('lock_timeout: 55P03, and the client is not used again', async () => {
    const database = open({ lockTimeoutMs: 50 });
    const pid = await clientsPid(database);
    const holder = await test.openSession();
    await holder.query('begin; update counter set value = 1 where id = 1');
    const waiting = database.withOrg(orgId, (sql) => add(sql, 1));
    await expect(waiting).rejects.toMatchObject({ code: '55P03' });
    await holder.close();
    expect(await clientsPid(database)).not.toBe(pid);
  });

  it('idle_in_transaction_session_timeout: the transaction is lost, and says so', async () => {
    const database = open({ idleInTransactionTimeoutMs: 50 });
    const idle = database.withOrg(orgId, async (sql) => {
      const pid = await pidOf(sql);
      await untilGone(pid);
      await add(sql, 1);
    });
    await expect(idle).rejects.toMatchObject({
      name: 'DatabaseUnavailableError',
      cause: { code: '25P03' },
    });
    await database.ping();
  });
});

describe('close', () => {
  it('waits for running transactions, and may be called twice', async () => {
    const database = open();
    const [started, start] = barrier(1);
    const holder = await test.openSession();
    await holder.query('begin; update counter set value = 1 where id = 1');
    const work = database.withOrg(orgId, (sql) => (start(), add(sql, 1)));
    await started;
    await test.untilBlocked();
    const closing = Promise.all([database.close(), database.close()]);
    await holder.query('commit');
    await work;
    await closing;
    expect(await valueOf(1)).toBe(2);
    await expect(database.ping()).rejects.toThrow(DatabaseUnavailableError);
  });
});

/** A promise that resolves when `count` have arrived; later arrivals pass. */
function barrier(count: number): [Promise<void>, () => void] {
  const { promise, resolve } = Promise.withResolvers<void>();
  let arrived = 0;
  return [promise, () => void (++arrived === count && resolve())];
}

async function untilValue(id: number, value: number): Promise<void> {
  while ((await valueOf(id)) !== value);
}

async function untilGone(pid: number | undefined): Promise<void> {
  const exists = 'select 1 from pg_stat_activity where pid = $1';
  while ((await test.admin.query(exists, [pid])).rowCount > 0);
}
