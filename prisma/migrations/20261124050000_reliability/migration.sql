-- Runs that a machine brings down: which customer a worker dies of, and which run no longer moves.

alter table woo_customer_sync_queue_line
  -- Workers that died with this line in hand, in this round.
  add column deaths integer not null default 0 check (deaths >= 0),
  -- A batch with this line came to grief: from then on it is claimed alone.
  add column alone boolean not null default false;
grant update (deaths, alone) on woo_customer_sync_queue_line to mantis_app;

alter table woo_customer_sync_queue
  -- When the run last came nearer to its end. Being taken and let go of again is no progress.
  add column progressed_at timestamptz not null default mantis.now(),
  -- How often the sweep has rung in vain since then, and when it did last.
  add column idle_rings integer not null default 0 check (idle_rings >= 0),
  add column idle_rung_at timestamptz;

alter table woo_store
  -- What the last examination of its connection found; findings in plain words, nothing secret.
  add column diagnosis jsonb check (jsonb_typeof(diagnosis) = 'object'),
  add column diagnosed_at timestamptz,
  add check ((diagnosis is null) = (diagnosed_at is null));

-- Derives state, revision, progress and the alarm of a run whenever its row changes.
create or replace function mantis.derive_queue() returns trigger
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
  -- Every step that lowers what is left to do or to try, and every answer of the store or of a person.
  if (new.discovery_state, new.step, new.step_cursor, new.walk_last_id, new.walk_rank, new.walk_page_size,
      new.walk_pass, new.page_count, new.page_attempts, new.discovery_deaths, new.wait_until,
      new.total_count, new.done_count, new.failed_count, new.cancelled_count, new.round)
     is distinct from
     (old.discovery_state, old.step, old.step_cursor, old.walk_last_id, old.walk_rank, old.walk_page_size,
      old.walk_pass, old.page_count, old.page_attempts, old.discovery_deaths, old.wait_until,
      old.total_count, old.done_count, old.failed_count, old.cancelled_count, old.round)
     or (old.action_code is not null and new.action_code is null) then
    new.progressed_at := mantis.now();
    new.idle_rings := 0;
    new.idle_rung_at := null;
    if old.action_code = 'stuck' and new.action_code = 'stuck' then
      new.is_action_required := false;
      new.action_code := null;
      new.action_reason := null;
    end if;
  end if;
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

-- Enqueues a piece of work on a store; as before, and for the examination of its connection too.
create or replace function mantis.ring_store(task text, store_id uuid, due timestamptz default null) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if task not in ('store.webhooks', 'store.diagnose') or mantis.org_id() is null then
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
