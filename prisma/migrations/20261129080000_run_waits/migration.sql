-- How long runs waited for a person, who forced a run done, who paused a store, and which findings were
-- dismissed.

alter table woo_customer_sync_queue
  -- Waits that are over, in milliseconds.
  add column waited_ms bigint not null default 0 check (waited_ms >= 0),
  -- The wait of an active run: it needs a decision, or its store is paused.
  add column waiting_since timestamptz,
  -- {"by": actor, "reason": text, "at": time, "cancelled": number}
  add column forced jsonb;

alter table woo_store
  -- {"type": text, "id": text, "name": text}; null where nobody paused it on purpose.
  add column paused_by jsonb,
  -- Findings of the diagnosis that somebody dismissed: their code, and their level and message at that time.
  add column dismissed_findings jsonb not null default '[]';

-- Runs as rarely as a wait begins or ends: its trigger has a condition.
create function mantis.count_waits() returns trigger language plpgsql as $$
begin
  -- A run that is over waits for a person until somebody retries it or forces it done.
  if old.finished_at is not null then
    if new.finished_at is distinct from old.finished_at then
      new.waited_ms := old.waited_ms + mantis.ms_since(old.finished_at);
    end if;
    return new;
  end if;
  if new.finished_at is null and (new.is_action_required
      or exists (select from woo_store where id = new.store_id and state = 'paused')) then
    new.waiting_since := coalesce(old.waiting_since, mantis.now());
    return new;
  end if;
  -- What came before the first claim is no part of the run's time.
  if old.waiting_since is not null and new.started_at is not null then
    new.waited_ms := old.waited_ms + mantis.ms_since(greatest(old.waiting_since, new.started_at));
  end if;
  new.waiting_since := null;
  return new;
end
$$;

create function mantis.ms_since(at timestamptz) returns bigint
language sql
return greatest(0, floor(extract(epoch from mantis.now() - at) * 1000))::bigint;

-- After `derive_queue`, by its name: it goes by what that has derived.
create trigger derive_waits before update on woo_customer_sync_queue
  for each row when (
    old.finished_at is distinct from new.finished_at
    or old.is_action_required <> new.is_action_required
    or old.waiting_since is distinct from new.waiting_since)
  execute function mantis.count_waits();
