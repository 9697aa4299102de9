-- Renames the functions that the application calls. The old names stay as wrappers for one version, so
-- that processes of the previous version keep working during a rolling upgrade.

-- The payload keeps the key `queueId`: workers of the previous version refuse a payload with any other
-- key. Workers of this version accept `runId` too; the next version enqueues it.
create function mantis.enqueue_job(task text, run_id uuid, due timestamptz default null) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if task not in ('sync.discover', 'sync.process') or mantis.org_id() is null then
    raise exception 'cannot enqueue %', task using errcode = 'invalid_parameter_value';
  end if;
  if not exists (select from pg_proc
                  where proname = 'add_job' and pronamespace = to_regnamespace('graphile_worker')) then
    return;
  end if;
  -- Two keys, so that a job due later never delays one that is due now. A job due now keeps its place in
  -- the queue; a job due later takes the newest time.
  perform graphile_worker.add_job(
    task,
    json_build_object('orgId', mantis.org_id(), 'queueId', run_id),
    run_at => case when due is null then clock_timestamp() else clock_timestamp() + (due - mantis.now()) end,
    max_attempts => 3,
    job_key => format(case when due is null then '%s:%s' else '%s:%s:later' end, task, run_id),
    job_key_mode => case when due is null then 'preserve_run_at' else 'replace' end
  );
end
$$;
revoke execute on function mantis.enqueue_job(text, uuid, timestamptz) from public;
grant execute on function mantis.enqueue_job(text, uuid, timestamptz) to mantis_app;

create function mantis.enqueue_store_job(task text, store_id uuid, due timestamptz default null) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if task not in ('store.webhooks', 'store.diagnose') or mantis.org_id() is null then
    raise exception 'cannot enqueue %', task using errcode = 'invalid_parameter_value';
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
revoke execute on function mantis.enqueue_store_job(text, uuid, timestamptz) from public;
grant execute on function mantis.enqueue_store_job(text, uuid, timestamptz) to mantis_app;

create function mantis.notify_run_changed(run_id uuid) returns void
language sql
as $$
  select pg_notify(
    'mantis_sync',
    json_build_object('org', org_id, 'store', store_id, 'queue', id, 'revision', revision)::text
  )
  from woo_customer_sync_queue where id = $1
$$;

create function mantis.grant_job_access() returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  guarded regclass;
begin
  grant usage on schema graphile_worker to mantis_runtime;
  grant select, insert, update, delete on all tables in schema graphile_worker to mantis_runtime;
  grant usage on all sequences in schema graphile_worker to mantis_runtime;
  -- graphile-worker enables row-level security without a policy, to keep all but the owner out.
  for guarded in
    select oid from pg_class
     where relnamespace = 'graphile_worker'::regnamespace and relkind = 'r' and relrowsecurity
       and not exists (select from pg_policy where polrelid = pg_class.oid and polname = 'mantis_runtime')
  loop
    execute format('create policy mantis_runtime on %s to mantis_runtime using (true) with check (true)', guarded);
  end loop;
end
$$;
revoke execute on function mantis.grant_job_access() from public;

-- The names of the previous version.
create or replace function mantis.ring(task text, queue_id uuid, due timestamptz default null) returns void
language sql as $$ select mantis.enqueue_job(task, queue_id, due) $$;
create or replace function mantis.ring_store(task text, store_id uuid, due timestamptz default null) returns void
language sql as $$ select mantis.enqueue_store_job(task, store_id, due) $$;
create or replace function mantis.hint(queue_id uuid) returns void
language sql as $$ select mantis.notify_run_changed(queue_id) $$;
create or replace function mantis.open_jobs() returns void
language sql as $$ select mantis.grant_job_access() $$;
