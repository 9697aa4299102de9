import {
  createEventLog,
  createTcpProxy,
  createTestDatabase,
  type TcpProxy,
  type TestDatabase,
} from '../../dev-postgres/src/testing.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createListener, type Listener, type ListenerOptions } from '../src/listen.ts';

let test: TestDatabase;
let proxy: TcpProxy;
let listener: Listener | undefined;
beforeAll(async () => {
  test = await createTestDatabase({ empty: true });
  proxy = await createTcpProxy(test.url);
});
afterEach(async () => {
  await listener?.close();
  proxy.mode = 'pass';
});
afterAll(async () => {
  await proxy.close();
  await test.drop();
});

type Event = 'connected' | 'lost' | `payload ${string}`;

function listen(options: Partial<ListenerOptions> = {}) {
  const events = createEventLog<Event>();
  listener = createListener({
    url: proxy.through(test.url),
    channel: 'test_channel',
    onNotification: (payload) => events.add(`payload ${payload}`),
    onReconnect: () => events.add('connected'),
    log: { info: () => {}, error: () => {}, warn: () => events.add('lost') },
    ...options,
  });
  return { events, listener };
}

const notify = (payload: string) =>
  test.admin.query('select pg_notify($1, $2)', ['test_channel', payload]);

const listenerSessions = () =>
  test.admin.query<{ pid: number }>(
    `select pid from pg_stat_activity
     where application_name = 'mantis-listen' and datname = current_database()`,
  );

describe('createListener', () => {
  it('delivers payloads and says when it listens', async () => {
    const { events, listener: subject } = listen();
    expect(subject.state).toBe('connecting');
    await subject.ready;
    expect(subject.state).toBe('listening');
    await notify('one');
    await events.until((event) => event === 'payload one');
    expect(events.entries).toEqual(['connected', 'payload one']);
  });

  it('reconnects after its backend is terminated, resyncs, and receives notifications again', async () => {
    const { events, listener: subject } = listen();
    await subject.ready;
    const { rows } = await listenerSessions();
    expect(rows).toHaveLength(1);
    await test.admin.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await events.until((event) => event === 'connected', 2);
    await notify('after');
    await events.until((event) => event === 'payload after');
    expect(events.entries).toEqual(['connected', 'lost', 'connected', 'payload after']);
  });

  it('reconnects after the connection is reset', async () => {
    const { events, listener: subject } = listen();
    await subject.ready;
    proxy.reset();
    await events.until((event) => event === 'connected', 2);
    expect(subject.state).toBe('listening');
  });

  it('finds a half-open connection by its heartbeat', async () => {
    const { events, listener: subject } = listen({ heartbeatMs: 20, heartbeatTimeoutMs: 200 });
    await subject.ready;
    proxy.mode = 'black-hole';
    await notify('lost in the hole');
    await events.until((event) => event === 'lost');
    proxy.mode = 'pass';
    await events.until((event) => event === 'connected', 2);
    await notify('heard');
    await events.until((event) => event === 'payload heard');
    expect(events.entries).not.toContain('payload lost in the hole');
  });

  it('reconnects when its session no longer listens, as behind a pooler', async () => {
    // Shadows the built-in function, so that the test decides what the session listens to.
    await test.admin.query(`
      create schema fake;
      grant usage on schema fake to public;
      create table fake.channels as select 'test_channel' as channel;
      grant select on fake.channels to public;
      create function fake.pg_listening_channels() returns setof text
        language sql as 'select channel from fake.channels'`);
    await test.admin.query(
      `do $$ begin execute format('alter database %I set search_path = fake, pg_catalog', current_database()); end $$`,
    );
    const { events, listener: subject } = listen({ heartbeatMs: 20 });
    await subject.ready;
    await test.admin.query(`update fake.channels set channel = 'another'`);
    await events.until((event) => event === 'lost');
    await test.admin.query(`update fake.channels set channel = 'test_channel'`);
    await events.until((event) => event === 'connected', 2);
    expect(events.entries.slice(0, 3)).toEqual(['connected', 'lost', 'connected']);
    await test.admin.query(
      `do $$ begin execute format('alter database %I reset search_path', current_database()); end $$`,
    );
  });

  it('keeps trying while the server refuses connections', async () => {
    const { events, listener: subject } = listen({ random: () => 0 });
    await subject.ready;
    proxy.mode = 'refuse';
    proxy.reset();
    await events.until((event) => event === 'lost', 3);
    expect(subject.state).toBe('connecting');
    proxy.mode = 'pass';
    await events.until((event) => event === 'connected', 2);
  });

  it('survives a subscriber that throws', async () => {
    const { events, listener: subject } = listen({
      onNotification: (payload) => {
        events.add(`payload ${payload}`);
        throw new Error('subscriber');
      },
    });
    await subject.ready;
    await notify('one');
    await notify('two');
    await events.until((event) => event === 'payload two');
    expect(events.entries).toEqual(['connected', 'payload one', 'payload two']);
  });

  it('close ends the session, even without a response, and while reconnecting', async () => {
    const { listener: subject } = listen();
    await subject.ready;
    proxy.mode = 'black-hole';
    await subject.close();
    expect(subject.state).toBe('closed');

    proxy.mode = 'refuse';
    const { events, listener: second } = listen();
    await events.until((event) => event === 'lost');
    await second.close();
    await second.ready;
    expect(second.state).toBe('closed');
  });

  it('refuses a channel that is no plain identifier', () => {
    expect(() => listen({ channel: 'a; drop table b' })).toThrow(TypeError);
  });
});
