-- What whoever runs this wants to see: traces that lead from a call to the work it caused, and the state of
-- the whole for metrics.

alter table woo_customer_sync_queue
  -- Which trace began this run, in the words of W3C Trace Context; null where nothing traces.
  add column trace_parent text check (trace_parent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$');

-- Ages and codes of all stores, for mantis_system; no names, addresses or keys.
create policy every_organisation on store_freshness for select to mantis_system using (true);
grant select (store_id, verified_since, refreshed_at) on store_freshness to mantis_system;
grant select (pause_code) on woo_store to mantis_system;

-- How many jobs of each task wait, for when, and since when; without what they hold. With the rights of its
-- owner, who owns the job runner's tables too.
create function mantis.job_load()
returns table (task text, due bigint, later bigint, running bigint, given_up bigint, oldest_due_seconds float8)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if to_regclass('graphile_worker.jobs') is null then
    return;
  end if;
  return query
    select jobs.task_identifier,
           count(*) filter (where is_due and not is_locked),
           count(*) filter (where not is_due and not is_locked and not is_over),
           count(*) filter (where is_locked),
           count(*) filter (where is_over),
           coalesce(extract(epoch from clock_timestamp()
             - min(jobs.run_at) filter (where is_due and not is_locked)), 0)::float8
      from graphile_worker.jobs
     cross join lateral (
       select jobs.attempts >= jobs.max_attempts and jobs.locked_at is null as is_over,
              jobs.locked_at is not null as is_locked,
              jobs.run_at <= clock_timestamp() and jobs.attempts < jobs.max_attempts as is_due) state
     group by jobs.task_identifier;
end
$$;
revoke all on function mantis.job_load() from public;
grant execute on function mantis.job_load() to mantis_system;

-- Runs that need a person are few, and asked for often.
create index woo_customer_sync_queue_action_idx on woo_customer_sync_queue (action_code) where is_action_required;
