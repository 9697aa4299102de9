-- Stores, runs, lines, activity and customers: the tables, their checks, and who may touch them.
-- What keeps a run's counts and state true stands in the next migration.

create schema mantis;

-- Two roles without login, without bypass and without ownership. The login role takes one of them on
-- for the length of a transaction (packages/db/src/create-database.ts).
--   mantis_app     one organisation, the one named by the setting mantis.org_id
--   mantis_system  reads runs and stores of all organisations, to find the ones that stand still
do $$
begin
  create role mantis_app nologin nobypassrls;
exception when duplicate_object or unique_violation then null;
end $$;
do $$
begin
  create role mantis_system nologin nobypassrls;
exception when duplicate_object or unique_violation then null;
end $$;
do $$
begin
  -- Roles belong to the whole server: databases that are migrated at the same time may collide here.
  perform pg_advisory_xact_lock(hashtext('mantis roles'));
  execute format('grant mantis_app, mantis_system to %I', current_user);
end $$;

grant usage on schema mantis to mantis_app, mantis_system;

-- The schedule's clock: retries, waits and recorded times. Tests replace this one function.
-- Leases and heartbeats use clock_timestamp() itself: whether a process lives is a matter of real time.
create function mantis.now() returns timestamptz
language sql volatile parallel safe
as $$ select clock_timestamp() $$;

-- The organisation of this transaction; null (which matches nothing) where none is set.
create function mantis.org_id() returns uuid
language sql stable parallel safe
as $$ select nullif(current_setting('mantis.org_id', true), '')::uuid $$;

-- A running worker process. Its leases hold for as long as it keeps beating.
create table sync_worker (
  id           text primary key,
  started_at   timestamptz not null default clock_timestamp(),
  heartbeat_at timestamptz not null default clock_timestamp(),
  host         text not null,
  version      text not null
);

create table woo_store (
  id                     uuid not null default gen_random_uuid(),
  org_id                 uuid not null references organization (id) on delete cascade,
  name                   text not null check (length(name) between 1 and 200),
  url                    text not null,
  auth_mode              text not null default 'basic' check (auth_mode in ('basic', 'query', 'oauth1')),
  route_style            text not null default 'pretty' check (route_style in ('pretty', 'plain')),
  consumer_key_cipher    bytea not null,
  consumer_secret_cipher bytea not null,
  cipher_key_id          text not null,
  key_hint               text not null check (length(key_hint) <= 8),
  settings               jsonb not null default '{}',
  state                  text not null default 'active' check (state in ('active', 'paused')),
  pause_code             text,
  pause_reason           text,
  paused_at              timestamptz,
  woo_version            text,
  last_ok_at             timestamptz,
  last_error_at          timestamptz,
  last_error_code        text,
  created_at             timestamptz not null default mantis.now(),
  updated_at             timestamptz not null default mantis.now(),
  primary key (id),
  unique (org_id, id),
  unique (org_id, url),
  check ((state = 'paused') = (pause_code is not null and pause_reason is not null and paused_at is not null))
);

create table woo_customer_sync_queue (
  id                   uuid not null default gen_random_uuid(),
  org_id               uuid not null,
  store_id             uuid not null,
  kind                 text not null default 'full' check (kind in ('full')),
  state                text not null default 'draft'
                         check (state in ('draft', 'processing', 'done', 'partial', 'failed')),
  idempotency_key      text check (length(idempotency_key) between 1 and 200),
  -- sha256 of what was asked under the idempotency key: the same key with another request is refused.
  request_hash         bytea not null,
  actor_type           text not null check (actor_type in ('user', 'api_key', 'cron', 'webhook', 'system')),
  actor_id             text,
  actor_name           text,

  -- The settings of this run, fixed when it starts.
  batch_size           integer not null default 50 check (batch_size between 1 and 1000),
  batch_delay_ms       integer not null default 2000 check (batch_delay_ms between 0 and 600000),
  pace                 text not null default 'auto' check (pace in ('auto', 'gentle')),
  max_retries          integer not null default 3 check (max_retries between 0 and 20),
  retry_base_ms        integer not null default 1000 check (retry_base_ms between 0 and 3600000),
  max_rounds           integer not null default 3 check (max_rounds between 1 and 100),
  page_size            integer not null default 100 check (page_size between 2 and 100),
  pages_ahead          integer not null default 2 check (pages_ahead between 1 and 8),
  max_page_attempts    integer not null default 8 check (max_page_attempts between 1 and 50),
  max_parallel_batches integer not null default 2 check (max_parallel_batches between 1 and 32),
  role_filter          text not null default 'all',

  -- Discovery: the anchored walk (packages/sync-core/src/domain/walk.ts).
  discovery_state      text not null default 'pending'
                         check (discovery_state in ('pending', 'walking', 'complete', 'failed', 'cancelled')),
  discovery_error_code text,
  discovery_error      text,
  walk_last_id         bigint not null default 0 check (walk_last_id >= 0),
  walk_rank            integer not null default 0 check (walk_rank >= 0),
  walk_stuck           integer not null default 0 check (walk_stuck >= 0),
  walk_page_size       integer not null default 100 check (walk_page_size between 1 and 100),
  walk_ahead           integer not null default 1 check (walk_ahead between 1 and 8),
  walk_blind           boolean not null default false,
  walk_pass            integer not null default 1 check (walk_pass between 1 and 2),
  walk_steps_back      integer not null default 0 check (walk_steps_back >= 0),
  page_attempts        integer not null default 0 check (page_attempts >= 0),
  page_count           integer not null default 0 check (page_count >= 0),
  first_total          integer check (first_total >= 0),
  last_total           integer check (last_total >= 0),
  -- Spent before each request to the store, in a transaction of its own.
  requests_used        integer not null default 0 check (requests_used >= 0),
  requests_budget      integer not null default 50 check (requests_budget >= 0),
  discovery_worker_id  text,
  discovery_token      uuid,
  discovery_lease_until timestamptz,
  discovery_deaths     integer not null default 0 check (discovery_deaths >= 0),

  -- The lines, counted by trigger.
  total_count          integer not null default 0 check (total_count >= 0),
  draft_count          integer not null default 0 check (draft_count >= 0),
  processing_count     integer not null default 0 check (processing_count >= 0),
  done_count           integer not null default 0 check (done_count >= 0),
  failed_count         integer not null default 0 check (failed_count >= 0),
  cancelled_count      integer not null default 0 check (cancelled_count >= 0),
  created_count        integer not null default 0 check (created_count >= 0),
  updated_count        integer not null default 0 check (updated_count >= 0),
  unchanged_count      integer not null default 0 check (unchanged_count >= 0),
  deleted_count        integer not null default 0 check (deleted_count >= 0),
  batch_count          integer not null default 0 check (batch_count >= 0),

  -- Rounds: the current one, and how many ended with failures.
  round                integer not null default 1 check (round >= 1),
  process_count        integer not null default 0 check (process_count >= 0),
  is_action_required   boolean not null default false,
  action_code          text,
  action_reason        text,

  -- Why nothing moves just now, and until when.
  wait_code            text,
  wait_reason          text,
  wait_until           timestamptz,

  activity_seq         integer not null default 0 check (activity_seq >= 0),
  revision             bigint not null default 1,
  started_at           timestamptz,
  finished_at          timestamptz,
  created_at           timestamptz not null default mantis.now(),
  updated_at           timestamptz not null default mantis.now(),

  primary key (id),
  unique (org_id, id),
  unique (org_id, idempotency_key),
  foreign key (org_id, store_id) references woo_store (org_id, id) on delete cascade,
  check (total_count = draft_count + processing_count + done_count + failed_count + cancelled_count),
  check (done_count = created_count + updated_count + unchanged_count + deleted_count),
  check (requests_used <= requests_budget),
  check (page_attempts <= max_page_attempts),
  check (is_action_required = (action_code is not null and action_reason is not null)),
  check ((discovery_state = 'failed') = (discovery_error_code is not null and discovery_error is not null)),
  check ((discovery_token is null) = (discovery_lease_until is null)),
  check ((state in ('done', 'partial', 'failed')) = (finished_at is not null))
) with (fillfactor = 50);

-- A store has at most one run that is not over.
create unique index woo_customer_sync_queue_active_idx
  on woo_customer_sync_queue (org_id, store_id) where state in ('draft', 'processing');
create index woo_customer_sync_queue_list_idx on woo_customer_sync_queue (org_id, created_at desc, id desc);
create index woo_customer_sync_queue_store_idx
  on woo_customer_sync_queue (org_id, store_id, created_at desc, id desc);

create table woo_customer_sync_queue_line (
  org_id           uuid not null,
  queue_id         uuid not null,
  -- 1, 2, 3 … in the order of discovery; with queue_id it names the line.
  position         integer not null check (position >= 1),
  -- Null where the store sent a customer without a usable id; quarantine_key then keeps it single.
  woo_customer_id  bigint check (woo_customer_id > 0),
  quarantine_key   text,
  state            text not null default 'draft'
                     check (state in ('draft', 'processing', 'done', 'failed', 'cancelled')),
  outcome          text check (outcome in ('created', 'updated', 'unchanged', 'deleted')),
  attempts         integer not null default 0 check (attempts >= 0),
  round            integer not null default 1 check (round >= 1),
  next_attempt_at  timestamptz not null default mantis.now(),
  lease_token      uuid,
  lease_until      timestamptz,
  worker_id        text,
  -- What the store sent, as it sent it (json, not jsonb: it may hold \u0000). Dropped once applied.
  payload          json,
  fetched_at       timestamptz,
  error_code       text,
  error_message    text,
  processed_at     timestamptz,
  primary key (queue_id, position),
  foreign key (org_id, queue_id) references woo_customer_sync_queue (org_id, id) on delete cascade,
  check ((woo_customer_id is null) = (quarantine_key is not null)),
  check ((state = 'done') = (outcome is not null)),
  check ((state = 'processing') = (lease_token is not null)),
  check ((lease_token is null) = (lease_until is null)),
  check ((lease_token is null) = (worker_id is null)),
  check (state <> 'failed' or (error_code is not null and error_message is not null)),
  check (state not in ('done', 'cancelled') or payload is null)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

create unique index woo_customer_sync_queue_line_customer_idx
  on woo_customer_sync_queue_line (queue_id, woo_customer_id);
create unique index woo_customer_sync_queue_line_quarantine_idx
  on woo_customer_sync_queue_line (queue_id, quarantine_key) where quarantine_key is not null;
-- The claim: what is due, oldest first.
create index woo_customer_sync_queue_line_due_idx
  on woo_customer_sync_queue_line (queue_id, next_attempt_at, position) where state = 'draft';
-- The sweep: who holds what.
create index woo_customer_sync_queue_line_held_idx
  on woo_customer_sync_queue_line (queue_id, position) where state = 'processing';
create index woo_customer_sync_queue_line_failed_idx
  on woo_customer_sync_queue_line (queue_id, position) where state = 'failed';

create table woo_sync_activity (
  id         bigint generated always as identity primary key,
  org_id     uuid not null,
  store_id   uuid not null,
  queue_id   uuid,
  -- Without gaps within a run, in the order of commit; null for what concerns the store alone.
  seq        integer check (seq >= 1),
  at         timestamptz not null default mantis.now(),
  level      text not null default 'info' check (level in ('info', 'warning', 'error')),
  event      text not null,
  message    text not null check (length(message) <= 2000),
  actor_type text not null check (actor_type in ('user', 'api_key', 'cron', 'webhook', 'system')),
  actor_id   text,
  actor_name text,
  data       jsonb not null default '{}',
  foreign key (org_id, store_id) references woo_store (org_id, id) on delete cascade,
  foreign key (org_id, queue_id) references woo_customer_sync_queue (org_id, id) on delete cascade,
  check ((queue_id is null) = (seq is null))
);
create unique index woo_sync_activity_queue_seq_idx on woo_sync_activity (queue_id, seq);
create index woo_sync_activity_store_idx on woo_sync_activity (org_id, store_id, id desc);

create table customer (
  id                 bigint generated always as identity primary key,
  org_id             uuid not null,
  store_id           uuid not null,
  woo_id             bigint not null check (woo_id > 0),
  email              text,
  username           text not null,
  first_name         text not null,
  last_name          text not null,
  role               text not null,
  company            text not null,
  phone              text not null,
  city               text not null,
  country            text not null,
  is_paying_customer boolean not null,
  avatar_url         text,
  billing            jsonb not null,
  shipping           jsonb not null,
  meta_data          jsonb not null,
  -- Fields of the store's answer that have no column.
  extra              jsonb not null,
  woo_created_at     timestamptz,
  -- Null until the customer's profile first changes in the store.
  woo_modified_at    timestamptz,
  content_hash       bytea not null check (length(content_hash) = 32),
  -- The store's clock when this version was read.
  fetched_at         timestamptz not null,
  last_queue_id      uuid,
  created_at         timestamptz not null default mantis.now(),
  updated_at         timestamptz not null default mantis.now(),
  deleted_at         timestamptz,
  unique (org_id, store_id, woo_id),
  foreign key (org_id, store_id) references woo_store (org_id, id) on delete cascade
);

-- Row-level security, forced: it binds the owner of the tables too.
do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array[
    'woo_store', 'woo_customer_sync_queue', 'woo_customer_sync_queue_line', 'woo_sync_activity', 'customer'
  ] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format(
      'create policy own_organisation on %I to mantis_app
         using (org_id = (select mantis.org_id())) with check (org_id = (select mantis.org_id()))',
      tenant_table
    );
  end loop;
end $$;
create policy every_organisation on woo_store for select to mantis_system using (true);
create policy every_organisation on woo_customer_sync_queue for select to mantis_system using (true);
create policy every_organisation on woo_customer_sync_queue_line for select to mantis_system using (true);

grant select, insert, update, delete on woo_store to mantis_app;
grant select, insert, update on woo_customer_sync_queue to mantis_app;
grant select, insert on woo_customer_sync_queue_line to mantis_app;
-- A line never moves to another run, place or customer.
grant update (state, outcome, attempts, round, next_attempt_at, lease_token, lease_until, worker_id,
              payload, fetched_at, error_code, error_message, processed_at)
  on woo_customer_sync_queue_line to mantis_app;
-- Append-only.
grant select, insert on woo_sync_activity to mantis_app;
grant select, insert, update on customer to mantis_app;
grant select on sync_worker to mantis_app;
grant select on woo_store, woo_customer_sync_queue, woo_customer_sync_queue_line to mantis_system;
grant select, insert, update, delete on sync_worker to mantis_system;
