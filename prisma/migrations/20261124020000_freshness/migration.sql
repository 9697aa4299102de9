-- Always fresh: kinds of runs, what is known of a store's list between runs, webhooks, schedules,
-- the history of customers, guests, and retention.

-- Four kinds of runs.
--   full       walks the whole list
--   reconcile  a full walk that also finds deletions
--   delta      cheap questions, then a slice of the list that is verified in full
--   webhook    customers that deliveries of webhooks named
alter table woo_customer_sync_queue
  drop constraint woo_customer_sync_queue_kind_check,
  add constraint woo_customer_sync_queue_kind_check check (kind in ('full', 'delta', 'reconcile', 'webhook')),
  add column delta_slices integer not null default 96 check (delta_slices between 1 and 10000),
  add column guests text not null default 'off' check (guests in ('off', 'on')),
  -- What discovery is busy with. Full walks and reconciles have the one step 'walk'.
  add column step text not null default 'walk'
    check (step in ('newest', 'active', 'leftovers', 'guests', 'walk', 'deliveries')),
  -- Where that step stands; emptied when the next one begins.
  add column step_cursor jsonb not null default '{}',
  -- The walk's first id is behind this one; 0 where it walks from the start.
  add column walk_from_id bigint not null default 0 check (walk_from_id >= 0),
  -- Where the walk of a slice stops; null where it goes to the end of the list.
  add column walk_until_rank integer check (walk_until_rank >= 0),
  -- Customers that the list no longer had, to be asked for one by one; null until the walk is whole.
  add column deletion_candidates integer check (deletion_candidates >= 0),
  -- A person looked at a large number of them and said go on.
  add column deletions_approved boolean not null default false;

-- A store has at most one run that walks, and one that applies webhooks, at a time.
drop index woo_customer_sync_queue_active_idx;
create unique index woo_customer_sync_queue_active_idx
  on woo_customer_sync_queue (org_id, store_id, (kind = 'webhook')) where state in ('draft', 'processing');
create index woo_customer_sync_queue_finished_idx
  on woo_customer_sync_queue (finished_at) where finished_at is not null;

-- What is known of a store's list from run to run. Moved when a run ends, in its last transaction.
create table store_freshness (
  org_id                uuid not null,
  store_id              uuid not null,
  -- Every customer up to this id was seen by a walk or by the question for the newest.
  newest_woo_id         bigint not null default 0 check (newest_woo_id >= 0),
  -- Where the rolling verification stands: an anchored walk that goes on with every delta.
  slice_last_id         bigint not null default 0 check (slice_last_id >= 0),
  slice_rank            integer not null default 0 check (slice_rank >= 0),
  slice_pass_started_at timestamptz,
  -- Every customer has been compared with the store since this time; null before the first whole walk.
  verified_since        timestamptz,
  -- The store's report of active customers was read up to this time.
  active_until          timestamptz,
  -- The store's orders were read for guests up to this time.
  orders_until          timestamptz,
  -- The last run that asked for all that is new, and came to its end, began then.
  refreshed_at          timestamptz,
  last_reconcile_at     timestamptz,
  -- What the last reconcile found that webhooks and deltas had missed.
  last_missed           jsonb,
  updated_at            timestamptz not null default mantis.now(),
  primary key (store_id),
  foreign key (org_id, store_id) references woo_store (org_id, id) on delete cascade
);

alter table customer
  -- How this customer first came to us.
  add column first_source text check (first_source in ('walk', 'delta', 'reconcile', 'webhook', 'retry')),
  -- sha256 of the customer's row in the store's activity report, when it was last acted on.
  add column report_hash bytea check (length(report_hash) = 32);

-- What changed in a customer, when and from where. Made with the change, in its transaction.
create table customer_change (
  id       bigint generated always as identity primary key,
  org_id   uuid not null,
  store_id uuid not null,
  woo_id   bigint not null check (woo_id > 0),
  at       timestamptz not null default mantis.now(),
  kind     text not null check (kind in ('updated', 'deleted', 'restored')),
  source   text not null check (source in ('walk', 'delta', 'reconcile', 'webhook', 'retry')),
  queue_id uuid,
  -- [{"field": "billing.city", "from": "Bern", "to": "Basel"}, …]
  changes  jsonb not null default '[]',
  foreign key (org_id, store_id) references woo_store (org_id, id) on delete cascade
);
create index customer_change_customer_idx on customer_change (org_id, store_id, woo_id, id desc);
create index customer_change_at_idx on customer_change (at);

-- Who ordered without an account: in the store's orders and in its report of customers. An id space of
-- their own, one a normalised e-mail address; linked when a customer with that address appears.
create table guest (
  id              bigint generated always as identity primary key,
  org_id          uuid not null,
  store_id        uuid not null,
  email           text not null check (email = lower(btrim(email)) and email <> ''),
  first_name      text not null default '',
  last_name       text not null default '',
  company         text not null default '',
  phone           text not null default '',
  city            text not null default '',
  country         text not null default '',
  first_order_at  timestamptz,
  last_order_at   timestamptz,
  linked_woo_id   bigint check (linked_woo_id > 0),
  linked_at       timestamptz,
  last_queue_id   uuid,
  created_at      timestamptz not null default mantis.now(),
  updated_at      timestamptz not null default mantis.now(),
  unique (org_id, store_id, email),
  foreign key (org_id, store_id) references woo_store (org_id, id) on delete cascade,
  check ((linked_woo_id is null) = (linked_at is null))
);
create index customer_email_idx on customer (org_id, store_id, lower(email)) where email is not null;

-- One a store and kind of run. Ticked every minute; a tick that comes late makes one run, not ten.
create table sync_schedule (
  id            uuid not null default gen_random_uuid(),
  org_id        uuid not null,
  store_id      uuid not null,
  kind          text not null check (kind in ('delta', 'reconcile', 'full')),
  -- Five fields, read in the time zone.
  cron          text not null check (length(cron) between 9 and 200),
  time_zone     text not null default 'UTC' check (length(time_zone) between 1 and 64),
  state         text not null default 'active' check (state in ('active', 'paused')),
  next_run_at   timestamptz,
  last_due_at   timestamptz,
  last_outcome  text check (last_outcome in ('started', 'skipped_running', 'skipped_paused', 'failed')),
  last_queue_id uuid,
  created_at    timestamptz not null default mantis.now(),
  updated_at    timestamptz not null default mantis.now(),
  primary key (id),
  unique (org_id, store_id, kind),
  foreign key (org_id, store_id) references woo_store (org_id, id) on delete cascade,
  check ((state = 'active') = (next_run_at is not null))
);
-- Stores that exist get what new ones get (packages/sync-core/src/domain/schedule.ts).
insert into sync_schedule (org_id, store_id, kind, cron, next_run_at)
select store.org_id, store.id, item.kind,
       case item.kind
         when 'delta' then format('%s,%s,%s,%s * * * *', spread.id % 15, spread.id % 15 + 15,
                                  spread.id % 15 + 30, spread.id % 15 + 45)
         else format('%s %s * * *', spread.id % 60, 1 + spread.id % 240 / 60)
       end,
       mantis.now()
  from woo_store store,
       lateral (select ('x' || left(store.id::text, 8))::bit(32)::bigint as id) spread,
       (values ('delta'), ('reconcile')) item(kind);
create index sync_schedule_due_idx on sync_schedule (next_run_at) where state = 'active';

-- Where a store sends its deliveries, and how well that goes.
create table woo_webhook_endpoint (
  org_id           uuid not null,
  store_id         uuid not null,
  -- A hexadecimal secret of ours, sealed like the store's keys.
  secret_cipher    bytea not null,
  cipher_key_id    text not null,
  -- Whether the store is to have webhooks at all.
  is_wanted        boolean not null default true,
  state            text not null default 'pending'
                     check (state in ('pending', 'active', 'refused', 'off')),
  reason           text,
  -- Deliveries may be lost since this time, until a run that began later has asked for all that is new.
  gap_since        timestamptz,
  checked_at       timestamptz,
  -- Held by whoever looks at the store's webhooks: two at once would make doubles.
  checking_until   timestamptz,
  last_delivery_at timestamptz,
  created_at       timestamptz not null default mantis.now(),
  updated_at       timestamptz not null default mantis.now(),
  primary key (store_id),
  foreign key (org_id, store_id) references woo_store (org_id, id) on delete cascade
);

-- A webhook that we made in the store.
create table woo_webhook (
  org_id         uuid not null,
  store_id       uuid not null,
  topic          text not null check (topic in ('customer.created', 'customer.updated', 'customer.deleted')),
  woo_webhook_id bigint not null check (woo_webhook_id > 0),
  status         text not null check (status in ('active', 'paused', 'disabled')),
  checked_at     timestamptz not null default mantis.now(),
  primary key (store_id, topic),
  foreign key (org_id, store_id) references woo_store (org_id, id) on delete cascade
);

-- A delivery is a hint that a customer changed: the id is kept, not the content, and the store is asked.
create table woo_webhook_delivery (
  id              bigint generated always as identity primary key,
  org_id          uuid not null,
  store_id        uuid not null,
  received_at     timestamptz not null default mantis.now(),
  -- Not unique in the store: two customers of one second share it. With the body's hash it is.
  delivery_id     text not null check (length(delivery_id) <= 200),
  topic           text not null check (length(topic) <= 100),
  body_hash       bytea not null check (length(body_hash) = 32),
  -- Null where the body names no customer, as a signed error does.
  woo_customer_id bigint check (woo_customer_id > 0),
  state           text not null default 'pending' check (state in ('pending', 'applied', 'ignored')),
  queue_id        uuid,
  unique (store_id, delivery_id, topic, body_hash),
  foreign key (org_id, store_id) references woo_store (org_id, id) on delete cascade
) with (fillfactor = 80);
create index woo_webhook_delivery_pending_idx on woo_webhook_delivery (store_id, id) where state = 'pending';
create index woo_webhook_delivery_received_idx on woo_webhook_delivery (received_at);

-- Refused deliveries, counted by the hour: a forger must not fill the disk.
create table woo_webhook_refusal (
  org_id   uuid not null,
  store_id uuid not null,
  hour     timestamptz not null,
  reason   text not null check (reason in ('no_signature', 'bad_signature', 'too_large', 'too_many')),
  count    bigint not null check (count > 0),
  primary key (store_id, hour, reason),
  foreign key (org_id, store_id) references woo_store (org_id, id) on delete cascade
);

create table organization_settings (
  org_id         uuid primary key references organization (id) on delete cascade,
  -- Finished runs, deliveries, history and activity are kept for so long.
  retention_days integer not null default 30 check (retention_days between 1 and 3650),
  updated_at     timestamptz not null default mantis.now()
);

-- A third role: removes what is older than its organisation keeps, and can do nothing else.
do $$
begin
  create role mantis_retention nologin nobypassrls;
exception when duplicate_object or unique_violation then null;
end $$;
do $$
begin
  perform pg_advisory_xact_lock(hashtext('mantis roles'));
  execute format('grant mantis_retention to %I', current_user);
end $$;
grant usage on schema mantis to mantis_retention;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array[
    'store_freshness', 'customer_change', 'guest', 'sync_schedule', 'woo_webhook_endpoint', 'woo_webhook',
    'woo_webhook_delivery', 'woo_webhook_refusal', 'organization_settings'
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

grant select, insert, update on store_freshness, guest, woo_webhook_endpoint, organization_settings to mantis_app;
grant select, insert, update, delete on sync_schedule, woo_webhook to mantis_app;
grant select, insert on customer_change to mantis_app;
grant select, insert on woo_webhook_delivery to mantis_app;
grant update (state, queue_id) on woo_webhook_delivery to mantis_app;
grant select, insert, update on woo_webhook_refusal to mantis_app;

-- The tick and the upkeep of webhooks find their work over all organisations.
create policy every_organisation on sync_schedule for select to mantis_system using (true);
create policy every_organisation on woo_webhook_endpoint for select to mantis_system using (true);
create policy every_organisation on woo_webhook_delivery for select to mantis_system using (true);
grant select on sync_schedule to mantis_system;
grant select (store_id, state, received_at) on woo_webhook_delivery to mantis_system;
grant select (org_id, store_id, state, gap_since, checked_at, last_delivery_at) on woo_webhook_endpoint to mantis_system;

-- Retention. The policies hold the rules: a run that is not over, that needs a person, or that ended less
-- than a day ago is out of reach, whatever a statement says.
grant select, delete on woo_customer_sync_queue, woo_customer_sync_queue_line, woo_sync_activity,
  customer_change, woo_webhook_delivery, woo_webhook_refusal to mantis_retention;
grant select on organization_settings to mantis_retention;
create policy retention on organization_settings for select to mantis_retention
  using (org_id = (select mantis.org_id()));
create policy retention on woo_customer_sync_queue to mantis_retention
  using (org_id = (select mantis.org_id()) and not is_action_required
         and finished_at < (select mantis.now()) - interval '1 day');
create policy retention on woo_customer_sync_queue_line to mantis_retention
  using (org_id = (select mantis.org_id())
         and exists (select from woo_customer_sync_queue queue where queue.id = queue_id));
create policy retention on woo_sync_activity to mantis_retention
  using (org_id = (select mantis.org_id()) and at < (select mantis.now()) - interval '1 day'
         and (queue_id is null or exists (select from woo_customer_sync_queue queue where queue.id = queue_id)));
create policy retention on customer_change to mantis_retention
  using (org_id = (select mantis.org_id()) and at < (select mantis.now()) - interval '1 day');
create policy retention on woo_webhook_delivery to mantis_retention
  using (org_id = (select mantis.org_id()) and state <> 'pending'
         and received_at < (select mantis.now()) - interval '1 day');
create policy retention on woo_webhook_refusal to mantis_retention
  using (org_id = (select mantis.org_id()) and hour < (select mantis.now()) - interval '1 day');

-- A run that is being removed needs no counting.
create or replace function mantis.count_deleted_lines() returns trigger
language plpgsql
as $$
begin
  if current_user <> 'mantis_retention' then
    perform mantis.add_line_steps(array_agg((queue_id, state, outcome, -1)::mantis.line_step)) from was;
  end if;
  return null;
end
$$;

-- Rings for a store rather than a run, like mantis.ring.
--   task   'store.webhooks' keeps the webhooks of a store in order
create function mantis.ring_store(task text, store_id uuid, due timestamptz default null) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if task not in ('store.webhooks') or mantis.org_id() is null then
    raise exception 'cannot ring for %', task using errcode = 'invalid_parameter_value';
  end if;
  if not exists (select from pg_proc
                  where proname = 'add_job' and pronamespace = to_regnamespace('graphile_worker')) then
    return;
  end if;
  perform graphile_worker.add_job(
    task,
    json_build_object('orgId', mantis.org_id(), 'storeId', store_id),
    run_at => case when due is null then clock_timestamp() else clock_timestamp() + (due - mantis.now()) end,
    max_attempts => 3,
    job_key => format('%s:%s', task, store_id),
    job_key_mode => 'replace'
  );
end
$$;
revoke execute on function mantis.ring_store(text, uuid, timestamptz) from public;
grant execute on function mantis.ring_store(text, uuid, timestamptz) to mantis_app;
