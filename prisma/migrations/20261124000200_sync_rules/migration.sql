-- The rules of the state machine, held by the database itself. The same rules stand as pure code in
-- packages/sync-core/src/domain; a test compares the two, case by case.

-- Which state a line may leave for which.
create function mantis.line_may_go(from_state text, to_state text) returns boolean
language sql immutable parallel safe
as $$
  select case from_state
    when 'draft'      then to_state in ('processing', 'cancelled')
    when 'processing' then to_state in ('draft', 'done', 'failed', 'cancelled')
    when 'failed'     then to_state in ('draft', 'cancelled')
    else false -- done and cancelled are final
  end
$$;

-- A run's state follows from its discovery and the counts of its lines; nobody sets it.
create function mantis.queue_state(
  discovery_state text, draft integer, processing integer, done integer, failed integer, cancelled integer
) returns text
language sql immutable parallel safe
as $$
  select case
    when discovery_state = 'pending' and draft + processing + done + failed + cancelled = 0 then 'draft'
    when discovery_state in ('pending', 'walking') then 'processing'
    when draft + processing > 0 then 'processing'
    when discovery_state = 'failed' then 'failed'
    when failed = 0 then 'done'
    when done = 0 then 'failed'
    else 'partial'
  end
$$;

-- Which state a run may leave for which. A retry is what takes it back from partial or failed.
create function mantis.queue_may_go(from_state text, to_state text) returns boolean
language sql immutable parallel safe
as $$
  select case from_state
    when 'draft'      then to_state in ('processing', 'done', 'failed')
    when 'processing' then to_state in ('done', 'partial', 'failed')
    when 'partial'    then to_state in ('processing', 'done')
    when 'failed'     then to_state in ('processing', 'done')
    else false -- done is final
  end
$$;

-- Derives state, revision and the alarm of a run whenever its row changes.
create function mantis.derive_queue() returns trigger
language plpgsql
as $$
begin
  new.state := mantis.queue_state(
    new.discovery_state, new.draft_count, new.processing_count,
    new.done_count, new.failed_count, new.cancelled_count
  );
  new.updated_at := mantis.now();
  if tg_op = 'INSERT' then
    return new;
  end if;
  new.revision := old.revision + 1;
  if new.state = old.state then
    return new;
  end if;
  if not mantis.queue_may_go(old.state, new.state) then
    raise exception 'a run cannot go from % to %', old.state, new.state using errcode = 'check_violation';
  end if;
  if old.state = 'draft' then
    new.started_at := mantis.now();
  end if;
  new.finished_at := null;
  if new.state in ('done', 'partial', 'failed') then
    new.finished_at := mantis.now();
    new.wait_code := null;
    new.wait_reason := null;
    new.wait_until := null;
  end if;
  -- A round that ended with failures. process_count never counts a slow or a healthy one.
  if new.state in ('partial', 'failed') then
    new.process_count := old.process_count + 1;
    if new.process_count >= new.max_rounds and not new.is_action_required then
      new.is_action_required := true;
      new.action_code := 'rounds_exhausted';
      new.action_reason := format(
        '%s rounds ended with failures and %s. Look at the reasons, mend them in the store, then retry with override, or force the run done.',
        new.process_count,
        case when new.failed_count = 1 then '1 customer still fails'
             when new.failed_count > 1 then format('%s customers still fail', new.failed_count)
             else 'the store''s list could not be read to its end' end
      );
    end if;
  end if;
  return new;
end
$$;
create trigger derive_queue before insert or update on woo_customer_sync_queue
  for each row execute function mantis.derive_queue();

-- The counts of a run change by what a whole statement changed, once a statement: rows as they became
-- count up, rows as they were count down. Lock order everywhere: customers, then their run, then its
-- lines; the run is locked before it is changed, so that two statements that finish a run at the same
-- time cannot both miss its end.
create type mantis.line_step as (queue_id uuid, state text, outcome text, step integer);

create function mantis.add_line_steps(steps mantis.line_step[]) returns void
language plpgsql
as $$
declare
  change record;
begin
  for change in
    select queue_id,
           coalesce(sum(step), 0) as total,
           coalesce(sum(step) filter (where state = 'draft'), 0) as draft,
           coalesce(sum(step) filter (where state = 'processing'), 0) as processing,
           coalesce(sum(step) filter (where state = 'done'), 0) as done,
           coalesce(sum(step) filter (where state = 'failed'), 0) as failed,
           coalesce(sum(step) filter (where state = 'cancelled'), 0) as cancelled,
           coalesce(sum(step) filter (where outcome = 'created'), 0) as created,
           coalesce(sum(step) filter (where outcome = 'updated'), 0) as updated,
           coalesce(sum(step) filter (where outcome = 'unchanged'), 0) as unchanged,
           coalesce(sum(step) filter (where outcome = 'deleted'), 0) as deleted
      from unnest(steps)
     group by queue_id
     order by queue_id
  loop
    update woo_customer_sync_queue
       set total_count = total_count + change.total,
           draft_count = draft_count + change.draft,
           processing_count = processing_count + change.processing,
           done_count = done_count + change.done,
           failed_count = failed_count + change.failed,
           cancelled_count = cancelled_count + change.cancelled,
           created_count = created_count + change.created,
           updated_count = updated_count + change.updated,
           unchanged_count = unchanged_count + change.unchanged,
           deleted_count = deleted_count + change.deleted
     where id = change.queue_id;
  end loop;
end
$$;

create function mantis.count_inserted_lines() returns trigger
language plpgsql
as $$
begin
  perform mantis.add_line_steps(array_agg((queue_id, state, outcome, 1)::mantis.line_step)) from became;
  return null;
end
$$;

create function mantis.count_updated_lines() returns trigger
language plpgsql
as $$
declare
  bad record;
begin
  -- A line keeps its run, place and customer, and goes only where the machine lets it.
  select was.state as from_state, became.state as to_state into bad
    from was full join became
      on became.queue_id = was.queue_id and became.position = was.position
         and became.woo_customer_id is not distinct from was.woo_customer_id
         and became.org_id = was.org_id
   where was.state is null or became.state is null
      or (became.state <> was.state and not mantis.line_may_go(was.state, became.state))
   limit 1;
  if found then
    raise exception 'a line cannot go from % to %',
      coalesce(bad.from_state, 'nowhere'), coalesce(bad.to_state, 'another run, place or customer')
      using errcode = 'check_violation';
  end if;
  perform mantis.add_line_steps(array_agg(changed.step))
     from (select (queue_id, state, outcome, 1)::mantis.line_step as step from became
           union all
           select (queue_id, state, outcome, -1)::mantis.line_step from was) changed;
  return null;
end
$$;

create function mantis.count_deleted_lines() returns trigger
language plpgsql
as $$
begin
  perform mantis.add_line_steps(array_agg((queue_id, state, outcome, -1)::mantis.line_step)) from was;
  return null;
end
$$;

create trigger count_inserted_lines after insert on woo_customer_sync_queue_line
  referencing new table as became
  for each statement execute function mantis.count_inserted_lines();
create trigger count_updated_lines after update on woo_customer_sync_queue_line
  referencing old table as was new table as became
  for each statement execute function mantis.count_updated_lines();
create trigger count_deleted_lines after delete on woo_customer_sync_queue_line
  referencing old table as was
  for each statement execute function mantis.count_deleted_lines();

create function mantis.refuse() returns trigger
language plpgsql
as $$
begin
  raise exception '% on % is refused', lower(tg_op), tg_table_name using errcode = 'insufficient_privilege';
end
$$;
create trigger refuse_truncate before truncate on woo_customer_sync_queue_line
  for each statement execute function mantis.refuse();
create trigger refuse_update before update on woo_sync_activity
  for each statement execute function mantis.refuse();

-- Rings the scheduler's bell for a run, in the caller's transaction: what is committed has its job.
-- The tables stay the truth; where graphile-worker is not installed yet, the sweep rings later.
--
-- It runs as the owner of graphile-worker's tables, for mantis_app to call, so it takes nothing that
-- could reach another organisation: the job's organisation is that of the transaction.
--   task   'sync.discover' or 'sync.process'
--   due    by mantis.now(); null means at once
create function mantis.ring(task text, queue_id uuid, due timestamptz default null) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if task not in ('sync.discover', 'sync.process') or mantis.org_id() is null then
    raise exception 'cannot ring for %', task using errcode = 'invalid_parameter_value';
  end if;
  if not exists (select from pg_proc
                  where proname = 'add_job' and pronamespace = to_regnamespace('graphile_worker')) then
    return;
  end if;
  -- Two keys: a bell for later never puts off one that rings now. At once keeps the place in the line
  -- that the job already has; for later takes the newest time.
  perform graphile_worker.add_job(
    task,
    json_build_object('orgId', mantis.org_id(), 'queueId', queue_id),
    run_at => case when due is null then clock_timestamp() else clock_timestamp() + (due - mantis.now()) end,
    max_attempts => 3,
    job_key => format(case when due is null then '%s:%s' else '%s:%s:later' end, task, queue_id),
    job_key_mode => case when due is null then 'preserve_run_at' else 'replace' end
  );
end
$$;
revoke execute on function mantis.ring(text, uuid, timestamptz) from public;
grant execute on function mantis.ring(text, uuid, timestamptz) to mantis_app;

-- Tells the dashboards that a run moved: a hint with ids and the revision, nothing else. Readers read
-- the row again. At most one a transaction for a run, since equal payloads are folded.
create function mantis.hint(queue_id uuid) returns void
language sql
as $$
  select pg_notify(
    'mantis_sync',
    json_build_object('org', org_id, 'store', store_id, 'queue', id, 'revision', revision)::text
  )
  from woo_customer_sync_queue where id = $1
$$;
