-- The text of `rounds_exhausted` is composed by the application (domain/describe-action.ts) from the code and the
-- counts of the row. Processes of the previous version show the code.
CREATE OR REPLACE FUNCTION mantis.derive_queue()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
  -- Progress: less left to do, fewer attempts left, a response of the store, or a decision of an operator.
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
  -- A round ended with failures. process_count counts no other rounds.
  if new.state in ('partial', 'failed') then
    new.process_count := old.process_count + 1;
    if new.process_count >= new.max_rounds and not new.is_action_required then
      new.is_action_required := true;
      new.action_code := 'rounds_exhausted';
      new.action_reason := new.action_code;
    end if;
  end if;
  return new;
end
$function$;
