-- The migrated schema, written by `pnpm structure`. Do not edit.

-- schemas

create schema mantis;

-- functions

CREATE OR REPLACE FUNCTION mantis.add_line_steps(steps mantis.line_step[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
$function$;
CREATE OR REPLACE FUNCTION mantis.cancel_invitations()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if tg_op = 'DELETE' or new.role <> 'owner' then
    update organization_invitation set status = 'canceled'
     where organization_id = old.organization_id and inviter_id = old.user_id and status = 'pending';
  end if;
  return null;
end
$function$;
CREATE OR REPLACE FUNCTION mantis.choose_answer(known_began timestamp with time zone, known_ended timestamp with time zone, known_modified timestamp with time zone, known_is_deletion boolean, known_source text, began timestamp with time zone, ended timestamp with time zone, modified timestamp with time zone, is_deletion boolean, source text, at timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case
    -- Nothing was read in the future: a wrong clock stamped the stored one.
    when known_ended > at then 'take'
    when began >= known_ended then 'take'
    when ended <= coalesce(known_began, known_ended) then 'keep'
    -- The readings overlap in time. A store does not give the id of a deleted customer to another one.
    when is_deletion then 'take'
    when known_is_deletion then 'ask_again'
    when modified > known_modified then 'take'
    when modified < known_modified then 'ask_again'
    when (source in ('webhook', 'retry')) > coalesce(known_source in ('webhook', 'retry'), false) then 'take'
    when (source in ('webhook', 'retry')) < coalesce(known_source in ('webhook', 'retry'), false) then 'ask_again'
    when ended >= known_ended then 'take'
    else 'ask_again'
  end
$function$;
CREATE OR REPLACE FUNCTION mantis.count_deleted_lines()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if current_user not in ('mantis_retention', 'mantis_cascade') then
    perform mantis.add_line_steps(array_agg((queue_id, state, outcome, -1)::mantis.line_step)) from was;
  end if;
  return null;
end $function$;
CREATE OR REPLACE FUNCTION mantis.count_inserted_lines()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  orphan uuid;
begin
  perform mantis.add_line_steps(array_agg((queue_id, state, outcome, 1)::mantis.line_step)) from became;
  select parent.queue_id into orphan
    from (select distinct org_id, queue_id from became) parent
   where not exists (select from woo_customer_sync_queue queue
                      where queue.org_id = parent.org_id and queue.id = parent.queue_id)
   limit 1;
  if found then
    raise exception 'lines need a run of their organisation; there is no run %', orphan
      using errcode = 'foreign_key_violation';
  end if;
  return null;
end $function$;
CREATE OR REPLACE FUNCTION mantis.count_updated_lines()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;
CREATE OR REPLACE FUNCTION mantis.count_waits()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;
CREATE OR REPLACE FUNCTION mantis.delete_customers_of_store()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  delete from customer where org_id = old.org_id and store_id = old.id;
  return null;
end $function$;
alter function mantis.delete_customers_of_store() owner to mantis_cascade;
CREATE OR REPLACE FUNCTION mantis.delete_expired_sign_in_data()
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
  with
    sessions as (delete from auth_session where expires_at < now() returning 1),
    links as (delete from auth_verification where expires_at < now() returning 1),
    addresses as (
      delete from auth_rate_limit
       where last_request < extract(epoch from now() - interval '1 day') * 1000 returning 1),
    usage as (delete from auth_usage where period < now() - interval '2 days' returning 1),
    failures as (delete from auth_sign_in_failure where last_at < now() - interval '1 day' returning 1)
  select (select count(*) from sessions) + (select count(*) from links) + (select count(*) from addresses)
       + (select count(*) from usage) + (select count(*) from failures)
$function$;
CREATE OR REPLACE FUNCTION mantis.delete_lines_of_run()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  delete from woo_customer_sync_queue_line where org_id = old.org_id and queue_id = old.id;
  return null;
end $function$;
alter function mantis.delete_lines_of_run() owner to mantis_cascade;
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
CREATE OR REPLACE FUNCTION mantis.enqueue_job(task text, run_id uuid, due timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
    flags => array['store', mantis.org_id()::text],
    job_key => format(case when due is null then '%s:%s:%s' else '%s:%s:%s:later' end, task, mantis.org_id(), run_id),
    job_key_mode => case when due is null then 'preserve_run_at' else 'replace' end
  );
end
$function$;
CREATE OR REPLACE FUNCTION mantis.enqueue_store_job(task text, store_id uuid, due timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
    flags => array['store', mantis.org_id()::text],
    job_key => format('%s:%s:%s', task, mantis.org_id(), store_id),
    job_key_mode => case when due is null then 'replace' else 'preserve_run_at' end
  );
end
$function$;
CREATE OR REPLACE FUNCTION mantis.fill_search()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.search_text := mantis.fold(' ' || new.first_name || ' ' || new.last_name || ' ' || new.company || ' '
      || coalesce(new.email, '') || ' ' || new.username || ' ' || new.city)
    || ' ' || regexp_replace(new.phone, '[^0-9]', '', 'g');
  new.sort_name := left(mantis.fold(coalesce(
    nullif(btrim(new.last_name || ' ' || new.first_name), ''), nullif(new.company, ''), new.email,
    new.username)), 200);
  return new;
end
$function$;
CREATE OR REPLACE FUNCTION mantis.find_customers(words text[], in_store uuid, with_role text, with_country text, paying boolean, status text, sort text, after_key text, after_id bigint, wanted integer, count_to integer, OUT ids bigint[], OUT next_key text, OUT next_id bigint, OUT total integer, OUT is_exact boolean)
 RETURNS record
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
AS $function$
declare
  -- The walk has two steps if the index knows anything. After each the index is asked for what was rare so
  -- far: if it were frequent, the index would give out too much.
  rows_to_walk integer[] := '{600, 2400}';
  most_near constant integer[] := '{3, 60}';
  patterns text[];
  -- That each word is met by one of its patterns.
  fitting text;
  -- The same for the trigram index.
  sought text;
  is_indexed boolean;
  -- A row's place in the list, and the columns by which it is compared.
  place text := case sort
    when 'name' then 'sort_name as key, id as key_id'
    when 'name_desc' then 'sort_name as key, id as key_id'
    when 'store' then 'store_id::text as key, woo_id as key_id'
    else $key$to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as key, id as key_id$key$
  end;
  ordering text := case sort
    when 'name' then 'c.sort_name, c.id'
    when 'name_desc' then 'c.sort_name desc, c.id desc'
    when 'changed_asc' then 'c.updated_at, c.id'
    when 'store' then 'c.store_id, c.woo_id'
    else 'c.updated_at desc, c.id desc'
  end;
  beginning text := case sort
    when 'name' then 'and ($8 is null or (c.sort_name, c.id) > ($8 collate "C", $9))'
    when 'name_desc' then 'and ($8 is null or (c.sort_name, c.id) < ($8 collate "C", $9))'
    when 'changed_asc' then 'and ($8 is null or (c.updated_at, c.id) > ($8::timestamptz, $9))'
    when 'store' then 'and ($8 is null or (c.store_id, c.woo_id) > ($8::uuid, $9))'
    else 'and ($8 is null or (c.updated_at, c.id) < ($8::timestamptz, $9))'
  end;
  walk text;
  known record;
  from_key text;
  from_id bigint;
  -- How far it has walked, where the list goes on.
  end_key text := after_key;
  end_id bigint := after_id;
  near integer := 0;
  hits integer := 0;
  candidate record;
begin
  select * into patterns, fitting, sought, is_indexed from mantis.search_conditions(words);
  is_indexed := is_indexed or with_role is not null or with_country is not null
    or (in_store is not null and patterns = '{}');
  if not is_indexed then
    rows_to_walk := '{3000}';
  end if;
  ids := '{}';
  is_exact := true;
  walk := format(
    'select id, %1$s, is_near, is_near and is_hit as is_hit, row
       from (select walked.*, row_number() over () as row
               from (select c.id, c.woo_id, c.store_id, c.updated_at, c.sort_name,
                            ($3 is null or c.role = $3) and ($4 is null or c.country = $4)
                              %6$s as is_near,
                            ($5 is null or c.is_paying_customer = $5)
                              and ($6 = ''all'' or (c.deleted_at is null) = ($6 = ''living'')) as is_hit
                       from public.customer c
                      where c.org_id = $10 %2$s %3$s %4$s
                      order by %5$s limit $7) walked) numbered
      where is_near or row = $7',
    place,
    case when in_store is not null then 'and c.store_id = $2' else '' end,
    case when status = 'deleted' then 'and c.deleted_at is not null' else '' end,
    beginning, ordering, fitting);
  for step in 1 .. cardinality(rows_to_walk) loop
    from_key := end_key;
    from_id := end_id;
    end_key := null;
    for known in execute walk
      using patterns, in_store, with_role, with_country, paying, status, rows_to_walk[step], from_key, from_id,
        mantis.org_id()
    loop
      near := near + known.is_near::integer;
      if known.row = rows_to_walk[step] then
        end_key := known.key;
        end_id := known.key_id;
      end if;
      if known.is_hit then
        hits := hits + 1;
        if hits <= wanted then
          ids := ids || known.id;
          next_key := known.key;
          next_id := known.key_id;
        end if;
      end if;
      exit when hits > wanted and hits > count_to;
    end loop;
    exit when end_key is null;
    if is_indexed and hits <= wanted and near <= most_near[step] then
      select * into candidate from mantis.find_rare_customers(
        patterns, sought, in_store, with_role, with_country, paying, status, place, ordering, beginning,
        after_key, after_id, wanted);
      if candidate.ids is not null then
        ids := candidate.ids;
        next_key := candidate.next_key;
        next_id := candidate.next_id;
        total := candidate.total;
        return;
      end if;
      is_indexed := false;
    end if;
  end loop;
  total := hits;
  if hits > wanted then
    is_exact := end_key is null and hits <= count_to;
    return;
  end if;
  if end_key is null then
    next_key := null;
    next_id := null;
    return;
  end if;
  next_key := end_key;
  next_id := end_id;
  is_exact := false;
end
$function$;
alter function mantis.find_customers(text[],uuid,text,text,boolean,text,text,text,bigint,integer,integer) owner to mantis_search;
CREATE OR REPLACE FUNCTION mantis.find_rare_customers(patterns text[], fitting text, in_store uuid, with_role text, with_country text, paying boolean, status text, place text, ordering text, beginning text, after_key text, after_id bigint, wanted integer, OUT ids bigint[], OUT next_key text, OUT next_id bigint, OUT total integer)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_indexscan TO 'off'
 SET enable_bitmapscan TO 'on'
AS $function$
declare
  most constant integer := 5000;
  hit record;
begin
  total := 0;
  for hit in execute format(
    'select %1$s, id, count(*) over () as total
       from (select c.id, c.woo_id, c.store_id, c.updated_at, c.sort_name
               from public.customer c
              where c.org_id = $11 %2$s %3$s
                and ($2 is null or c.store_id = $2) and ($3 is null or c.role = $3)
                and ($4 is null or c.country = $4) and ($5 is null or c.is_paying_customer = $5)
                and ($6 = ''all'' or (c.deleted_at is null) = ($6 = ''living''))
              limit $7 + 1) c
      order by %4$s limit $10 + 1',
    place,
    fitting,
    beginning, ordering)
    using patterns, in_store, with_role, with_country, paying, status, most, after_key, after_id, wanted,
      mantis.org_id()
  loop
    total := hit.total;
    if total > most then
      return;
    end if;
    ids := coalesce(ids, '{}');
    if cardinality(ids) = wanted then
      return;
    end if;
    ids := ids || hit.id;
    next_key := hit.key;
    next_id := hit.key_id;
  end loop;
  ids := coalesce(ids, '{}');
  next_key := null;
  next_id := null;
end
$function$;
alter function mantis.find_rare_customers(text[],text,uuid,text,text,boolean,text,text,text,text,text,bigint,integer) owner to mantis_search;
CREATE OR REPLACE FUNCTION mantis.fold(value text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
begin
  if octet_length(value) = char_length(value) then
    return translate(lower(value), $q$'`$q$, '');
  end if;
  -- Apostrophes go first: normalisation turns the acute accent into a space and a mark.
  return replace(replace(replace(replace(
    translate(
      lower(regexp_replace(normalize(translate(value, $q$'’‘ʼʹ`´$q$, ''), nfkd), '[\u0300-\u036F]', '', 'g')),
      'øłđðħıς', 'olddhiσ'),
    'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
end
$function$;
CREATE OR REPLACE FUNCTION mantis.forget_row_hash()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.row_hash := null;
  return new;
end $function$;
CREATE OR REPLACE FUNCTION mantis.forget_unproven_passkeys()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  delete from public.auth_passkey where user_id = new.id;
  return null;
end $function$;
CREATE OR REPLACE FUNCTION mantis.grant_job_access()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;
CREATE OR REPLACE FUNCTION mantis.hint(queue_id uuid)
 RETURNS void
 LANGUAGE sql
AS $function$ select mantis.notify_run_changed(queue_id) $function$;
CREATE OR REPLACE FUNCTION mantis.invited_email(invitation_id uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select email from public.organization_invitation
   where id = invitation_id and organization_id = mantis.org_id()
$function$;
CREATE OR REPLACE FUNCTION mantis.is_sound(run woo_customer_sync_queue)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
begin
  -- `least` ignores null, and null passes a check.
  return least(run.draft_count, run.processing_count, run.done_count, run.failed_count, run.cancelled_count,
               run.created_count, run.updated_count, run.unchanged_count, run.deleted_count,
               run.deletion_candidates, run.batch_count, run.activity_seq, run.process_count,
               run.discovery_deaths, run.idle_rings) >= 0
    and run.total_count
        = run.draft_count + run.processing_count + run.done_count + run.failed_count + run.cancelled_count
    and run.done_count = run.created_count + run.updated_count + run.unchanged_count + run.deleted_count
    and run.round >= 1 and run.waited_ms >= 0
    -- Where it is.
    and run.state in ('draft', 'processing', 'done', 'partial', 'failed')
    and run.discovery_state in ('pending', 'walking', 'complete', 'failed', 'cancelled')
    and run.step in ('newest', 'active', 'leftovers', 'guests', 'walk', 'deliveries')
    and (run.state in ('done', 'partial', 'failed')) = (run.finished_at is not null)
    and (run.discovery_state = 'failed')
        = (run.discovery_error_code is not null and run.discovery_error is not null)
    and (run.discovery_token is null) = (run.discovery_lease_until is null)
    and run.is_action_required = (run.action_code is not null and run.action_reason is not null)
    and least(run.walk_last_id, run.walk_from_id, run.walk_rank, run.walk_until_rank, run.walk_stuck,
              run.walk_steps_back, run.page_count, run.page_attempts, run.requests_used, run.first_total,
              run.last_total) >= 0
    and run.walk_page_size between 1 and 100 and run.walk_ahead between 1 and 8
    and run.walk_pass between 1 and 2
    and run.page_attempts <= run.max_page_attempts and run.requests_used <= run.requests_budget
    -- Its settings and origin.
    and run.kind in ('full', 'delta', 'reconcile', 'webhook')
    and run.actor_type in ('user', 'api_key', 'cron', 'webhook', 'system')
    and run.pace in ('auto', 'gentle') and run.guests in ('off', 'on')
    and run.batch_size between 1 and 1000 and run.batch_delay_ms between 0 and 600000
    and run.max_retries between 0 and 20 and run.retry_base_ms between 0 and 3600000
    and run.max_rounds between 1 and 100 and run.page_size between 2 and 100
    and run.pages_ahead between 1 and 8 and run.max_page_attempts between 1 and 50
    and run.max_parallel_batches between 1 and 32 and run.delta_slices between 1 and 10000
    and length(run.idempotency_key) between 1 and 200
    and run.trace_parent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$';
end $function$;
CREATE OR REPLACE FUNCTION mantis.job_load()
 RETURNS TABLE(task text, due bigint, later bigint, running bigint, given_up bigint, oldest_due_seconds double precision)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;
CREATE OR REPLACE FUNCTION mantis.keep_an_owner()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  -- Two owners who leave at the same time wait for each other here.
  perform from organization where id = old.organization_id for update;
  if found and not exists (
    select from organization_member where organization_id = old.organization_id and role = 'owner'
  ) then
    raise exception 'the last owner of an organisation stays' using errcode = 'check_violation';
  end if;
  return null;
end
$function$;
CREATE OR REPLACE FUNCTION mantis.line_may_go(from_state text, to_state text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case from_state
    when 'draft'      then to_state in ('processing', 'cancelled')
    when 'processing' then to_state in ('draft', 'done', 'failed', 'cancelled')
    when 'failed'     then to_state in ('draft', 'cancelled')
    else false -- done and cancelled are final
  end
$function$;
CREATE OR REPLACE FUNCTION mantis.member_email(member_id uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select person.email
    from public.auth_user person
    join public.organization_member member on member.user_id = person.id
   where person.id = member_id and member.organization_id = mantis.org_id()
$function$;
CREATE OR REPLACE FUNCTION mantis.ms_since(at timestamp with time zone)
 RETURNS bigint
 LANGUAGE sql
RETURN (GREATEST((0)::numeric, floor((EXTRACT(epoch FROM (mantis.now() - at)) * (1000)::numeric))))::bigint;
CREATE OR REPLACE FUNCTION mantis.new_run_id()
 RETURNS uuid
 LANGUAGE sql
AS $function$
  select encode(
    set_byte(
      overlay(uuid_send(gen_random_uuid())
              placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
              from 1 for 6),
      -- The version, 7, before four random bits.
      6, get_byte(uuid_send(gen_random_uuid()), 6) & 15 | 112),
    'hex')::uuid
$function$;
CREATE OR REPLACE FUNCTION mantis.notify_run_changed(run_id uuid)
 RETURNS void
 LANGUAGE sql
AS $function$
  select pg_notify(
    'mantis_sync',
    json_build_object('org', org_id, 'store', store_id, 'queue', id, 'revision', revision)::text
  )
  from woo_customer_sync_queue where id = $1
$function$;
CREATE OR REPLACE FUNCTION mantis.now()
 RETURNS timestamp with time zone
 LANGUAGE sql
 PARALLEL SAFE
AS $function$ select clock_timestamp() $function$;
CREATE OR REPLACE FUNCTION mantis.open_jobs()
 RETURNS void
 LANGUAGE sql
AS $function$ select mantis.grant_job_access() $function$;
CREATE OR REPLACE FUNCTION mantis.org_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select nullif(current_setting('mantis.org_id', true), '')::uuid $function$;
CREATE OR REPLACE FUNCTION mantis.organisation_name()
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  select name from public.organization where id = mantis.org_id()
$function$;
CREATE OR REPLACE FUNCTION mantis.queue_may_go(from_state text, to_state text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case from_state
    when 'draft'      then to_state in ('processing', 'done', 'failed')
    when 'processing' then to_state in ('done', 'partial', 'failed')
    when 'partial'    then to_state in ('processing', 'done')
    when 'failed'     then to_state in ('processing', 'done')
    else false -- done is final
  end
$function$;
CREATE OR REPLACE FUNCTION mantis.queue_state(discovery_state text, draft integer, processing integer, done integer, failed integer, cancelled integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case
    when discovery_state = 'pending' and draft + processing + done + failed + cancelled = 0 then 'draft'
    when discovery_state in ('pending', 'walking') then 'processing'
    when draft + processing > 0 then 'processing'
    when discovery_state = 'failed' then 'failed'
    when failed = 0 then 'done'
    when done = 0 then 'failed'
    else 'partial'
  end
$function$;
CREATE OR REPLACE FUNCTION mantis.refuse()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% on % is refused', lower(tg_op), tg_table_name using errcode = 'insufficient_privilege';
end
$function$;
CREATE OR REPLACE FUNCTION mantis.require_stores()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  parent record;
begin
  for parent in select distinct org_id, store_id from became loop
    perform from woo_store where org_id = parent.org_id and id = parent.store_id for key share;
    if not found then
      raise exception 'customers need a store of their organisation; there is no store %', parent.store_id
        using errcode = 'foreign_key_violation';
    end if;
  end loop;
  return null;
end $function$;
CREATE OR REPLACE FUNCTION mantis.ring(task text, queue_id uuid, due timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS void
 LANGUAGE sql
AS $function$ select mantis.enqueue_job(task, queue_id, due) $function$;
CREATE OR REPLACE FUNCTION mantis.ring_store(task text, store_id uuid, due timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS void
 LANGUAGE sql
AS $function$ select mantis.enqueue_store_job(task, store_id, due) $function$;
CREATE OR REPLACE FUNCTION mantis.search_conditions(words text[], OUT patterns text[], OUT fitting text, OUT sought text, OUT is_indexed boolean)
 RETURNS record
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
begin
  with form as (
    select word, row_number() over (order by word, alternative) as n, folded,
           length(folded) < 3 and folded !~ '^[[:punct:]]' as is_beginning
      from unnest(words[1:8]) with ordinality word (alternatives, word)
     cross join string_to_table(alternatives, ' ') with ordinality alternative (value, alternative)
     cross join mantis.fold(value) folded
     where folded <> ''),
  part as (
    select n, substr(run[1], least(at, length(run[1]) - 2), 3) as part
      from form
     cross join regexp_matches(folded, '[[:alnum:]]{3,}', 'g') run
     cross join generate_series(1, length(run[1]), 3) at
     union all
    select n, ' ' || substring(folded, '^[[:alnum:]]+')
      from form where is_beginning and folded ~ '^[[:alnum:]]'),
  parts as (
    select n, string_agg(format('and c.search_text like %L', '%' || part || '%'), ' ') as likes from part group by n),
  -- A character 1 stands for any one.
  condition as (
    select word, count(parts) = count(*) as is_indexed,
           string_agg(format('c.search_text like ($1)[%s]', n), ' or ' order by n) as fitting,
           case when count(parts) < count(*) then ''
                when count(*) = 1 then min(likes)
                else format('and c.search_text ~ %L', string_agg(
                  case when is_beginning then ' ' else '' end
                    || translate(regexp_replace(folded, '([^[:alnum:]\x01])', '\\\1', 'g'), chr(1), '.'),
                  '|' order by n)) end as sought
      from form left join parts using (n) group by word)
  select array(
           select case when is_beginning then '% ' else '%' end
                  || translate(replace(replace(replace(folded, '\', '\\'), '%', '\%'), '_', '\_'), chr(1), '_')
                  || '%'
             from form order by n),
         coalesce(string_agg(format('and (%s)', fitting), ' ' order by word), ''),
         -- `is true` keeps the index from looking up the complete word.
         coalesce(string_agg(format('%s and (%s) is true', sought, fitting), ' ' order by word), ''),
         coalesce(bool_or(is_indexed), false)
    into patterns, fitting, sought, is_indexed
    from condition;
end
$function$;

-- tables

create table api_call_count (
  org_id uuid not null,
  minute timestamp with time zone not null,
  kind text not null,
  count integer not null
);
alter table api_call_count enable row level security;
alter table api_call_count force row level security;
create table auth_account (
  id uuid default gen_random_uuid() not null,
  user_id uuid not null,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamp with time zone,
  refresh_token_expires_at timestamp with time zone,
  scope text,
  password text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);
create table auth_api_key (
  id uuid default gen_random_uuid() not null,
  config_id text default 'default'::text not null,
  reference_id uuid not null,
  name text,
  start text,
  prefix text,
  key text not null,
  refill_interval integer,
  refill_amount integer,
  last_refill_at timestamp with time zone,
  enabled boolean default true,
  rate_limit_enabled boolean default false,
  rate_limit_time_window integer,
  rate_limit_max integer,
  request_count integer default 0,
  remaining integer,
  last_request timestamp with time zone,
  expires_at timestamp with time zone,
  permissions text,
  metadata text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);
create table auth_passkey (
  id uuid default gen_random_uuid() not null,
  user_id uuid not null,
  name text,
  credential_id text not null,
  public_key text not null,
  counter integer not null,
  device_type text not null,
  backed_up boolean not null,
  transports text,
  aaguid text,
  created_at timestamp with time zone default now() not null
);
create table auth_rate_limit (
  id uuid default gen_random_uuid() not null,
  key text not null,
  count integer not null,
  last_request bigint not null
);
create table auth_session (
  id uuid default gen_random_uuid() not null,
  user_id uuid not null,
  token text not null,
  expires_at timestamp with time zone not null,
  ip_address text,
  user_agent text,
  active_organization_id uuid,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);
create table auth_sign_in_failure (
  account text not null,
  count integer not null,
  last_at timestamp with time zone not null,
  blocked_until timestamp with time zone not null
);
create table auth_usage (
  kind text not null,
  subject text not null,
  period timestamp with time zone not null,
  count integer not null
);
create table auth_user (
  id uuid default gen_random_uuid() not null,
  name text not null,
  email text not null,
  email_verified boolean default false not null,
  image text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);
create table auth_verification (
  id uuid default gen_random_uuid() not null,
  identifier text not null,
  value text not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null
);
create table customer (
  id bigint generated always as identity not null,
  org_id uuid not null,
  store_id uuid not null,
  woo_id bigint not null,
  email text,
  username text not null,
  first_name text not null,
  last_name text not null,
  role text not null,
  company text not null,
  phone text not null,
  city text not null,
  country text not null,
  is_paying_customer boolean not null,
  avatar_url text,
  billing jsonb not null,
  shipping jsonb not null,
  meta_data jsonb not null,
  extra jsonb not null,
  woo_created_at timestamp with time zone,
  woo_modified_at timestamp with time zone,
  content_hash bytea not null,
  fetched_at timestamp with time zone not null,
  last_queue_id uuid,
  created_at timestamp with time zone default mantis.now() not null,
  updated_at timestamp with time zone default mantis.now() not null,
  deleted_at timestamp with time zone,
  first_source text,
  report_hash bytea,
  search_text text not null,
  sort_name text not null,
  fetch_began_at timestamp with time zone,
  last_source text,
  row_hash bytea
);
alter table customer enable row level security;
alter table customer force row level security;
create table customer_change (
  id bigint generated always as identity not null,
  org_id uuid not null,
  store_id uuid not null,
  woo_id bigint not null,
  at timestamp with time zone default mantis.now() not null,
  kind text not null,
  source text not null,
  queue_id uuid,
  changes jsonb default '[]'::jsonb not null
);
alter table customer_change enable row level security;
alter table customer_change force row level security;
create table guest (
  id bigint generated always as identity not null,
  org_id uuid not null,
  store_id uuid not null,
  email text not null,
  first_name text default ''::text not null,
  last_name text default ''::text not null,
  company text default ''::text not null,
  phone text default ''::text not null,
  city text default ''::text not null,
  country text default ''::text not null,
  first_order_at timestamp with time zone,
  last_order_at timestamp with time zone,
  linked_woo_id bigint,
  linked_at timestamp with time zone,
  last_queue_id uuid,
  created_at timestamp with time zone default mantis.now() not null,
  updated_at timestamp with time zone default mantis.now() not null,
  order_ids bigint[] default '{}'::bigint[] not null
);
alter table guest enable row level security;
alter table guest force row level security;
create table notification_channel (
  id uuid default gen_random_uuid() not null,
  org_id uuid not null,
  kind text not null,
  name text not null,
  user_id uuid,
  url_cipher bytea,
  cipher_key_id text,
  url_hint text,
  topics jsonb not null,
  last_sent_at timestamp with time zone,
  last_error text,
  created_at timestamp with time zone default mantis.now() not null,
  updated_at timestamp with time zone default mantis.now() not null
);
alter table notification_channel enable row level security;
alter table notification_channel force row level security;
create table notification_event (
  org_id uuid not null,
  incident_id uuid not null,
  channel_id uuid not null,
  phase text not null,
  message_id uuid,
  created_at timestamp with time zone default mantis.now() not null
);
alter table notification_event enable row level security;
alter table notification_event force row level security;
create table notification_incident (
  id uuid default gen_random_uuid() not null,
  org_id uuid not null,
  store_id uuid not null,
  topic text not null,
  queue_id uuid,
  code text not null,
  opened_at timestamp with time zone default mantis.now() not null,
  resolved_at timestamp with time zone
);
alter table notification_incident enable row level security;
alter table notification_incident force row level security;
create table notification_message (
  id uuid default gen_random_uuid() not null,
  org_id uuid not null,
  channel_id uuid not null,
  phase text not null,
  state text default 'pending'::text not null,
  attempts integer default 0 not null,
  next_attempt_at timestamp with time zone default mantis.now() not null,
  created_at timestamp with time zone default mantis.now() not null,
  ended_at timestamp with time zone
);
alter table notification_message enable row level security;
alter table notification_message force row level security;
create table organization (
  id uuid default gen_random_uuid() not null,
  name text not null,
  slug text not null,
  logo text,
  metadata text,
  created_at timestamp with time zone default now() not null
);
create table organization_activity (
  id bigint generated always as identity not null,
  org_id uuid not null,
  at timestamp with time zone default mantis.now() not null,
  event text not null,
  message text not null,
  actor_type text not null,
  actor_id text,
  actor_name text,
  data jsonb default '{}'::jsonb not null
);
alter table organization_activity enable row level security;
alter table organization_activity force row level security;
create table organization_invitation (
  id uuid default gen_random_uuid() not null,
  organization_id uuid not null,
  email text not null,
  role text not null,
  status text default 'pending'::text not null,
  expires_at timestamp with time zone not null,
  inviter_id uuid not null,
  created_at timestamp with time zone default now() not null,
  token_hash text,
  is_mailed boolean default false not null
);
create table organization_member (
  id uuid default gen_random_uuid() not null,
  organization_id uuid not null,
  user_id uuid not null,
  role text default 'viewer'::text not null,
  created_at timestamp with time zone default now() not null
);
create table organization_settings (
  org_id uuid not null,
  retention_days integer default 30 not null,
  updated_at timestamp with time zone default mantis.now() not null,
  volatile_meta_keys text[] default '{}'::text[] not null
);
alter table organization_settings enable row level security;
alter table organization_settings force row level security;
create table store_freshness (
  org_id uuid not null,
  store_id uuid not null,
  newest_woo_id bigint default 0 not null,
  slice_last_id bigint default 0 not null,
  slice_rank integer default 0 not null,
  slice_pass_started_at timestamp with time zone,
  verified_since timestamp with time zone,
  active_until timestamp with time zone,
  orders_until timestamp with time zone,
  refreshed_at timestamp with time zone,
  last_reconcile_at timestamp with time zone,
  last_missed jsonb,
  updated_at timestamp with time zone default mantis.now() not null,
  read_since timestamp with time zone,
  read_run_id uuid,
  pass_failures integer default 0 not null,
  unverified integer default 0 not null
);
alter table store_freshness enable row level security;
alter table store_freshness force row level security;
create table store_grant (
  id uuid default gen_random_uuid() not null,
  org_id uuid not null,
  nonce_hash bytea not null,
  begun_by_id text not null,
  begun_by_name text,
  store_url text not null,
  name text not null,
  settings jsonb default '{}'::jsonb not null,
  time_zone text default 'UTC'::text not null,
  schedules text not null,
  scope text not null,
  state text default 'waiting'::text not null,
  reason_code text,
  reason text,
  store_id uuid,
  created_at timestamp with time zone default mantis.now() not null,
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  web_login_cipher bytea,
  cipher_key_id text
);
alter table store_grant enable row level security;
alter table store_grant force row level security;
create table sync_schedule (
  id uuid default gen_random_uuid() not null,
  org_id uuid not null,
  store_id uuid not null,
  kind text not null,
  cron text not null,
  time_zone text default 'UTC'::text not null,
  state text default 'active'::text not null,
  next_run_at timestamp with time zone,
  last_due_at timestamp with time zone,
  last_outcome text,
  last_queue_id uuid,
  created_at timestamp with time zone default mantis.now() not null,
  updated_at timestamp with time zone default mantis.now() not null
);
alter table sync_schedule enable row level security;
alter table sync_schedule force row level security;
create table sync_worker (
  id text not null,
  started_at timestamp with time zone default clock_timestamp() not null,
  heartbeat_at timestamp with time zone default clock_timestamp() not null,
  host text not null,
  version text not null
);
create table woo_customer_sync_queue (
  id uuid default mantis.new_run_id() not null,
  org_id uuid not null,
  store_id uuid not null,
  kind text default 'full'::text not null,
  state text default 'draft'::text not null,
  idempotency_key text,
  request_hash bytea not null,
  actor_type text not null,
  actor_id text,
  actor_name text,
  batch_size integer default 50 not null,
  batch_delay_ms integer default 2000 not null,
  pace text default 'auto'::text not null,
  max_retries integer default 3 not null,
  retry_base_ms integer default 1000 not null,
  max_rounds integer default 3 not null,
  page_size integer default 100 not null,
  pages_ahead integer default 2 not null,
  max_page_attempts integer default 8 not null,
  max_parallel_batches integer default 2 not null,
  role_filter text default 'all'::text not null,
  discovery_state text default 'pending'::text not null,
  discovery_error_code text,
  discovery_error text,
  walk_last_id bigint default 0 not null,
  walk_rank integer default 0 not null,
  walk_stuck integer default 0 not null,
  walk_page_size integer default 100 not null,
  walk_ahead integer default 1 not null,
  walk_blind boolean default false not null,
  walk_pass integer default 1 not null,
  walk_steps_back integer default 0 not null,
  page_attempts integer default 0 not null,
  page_count integer default 0 not null,
  first_total integer,
  last_total integer,
  requests_used integer default 0 not null,
  requests_budget integer default 50 not null,
  discovery_worker_id text,
  discovery_token uuid,
  discovery_lease_until timestamp with time zone,
  discovery_deaths integer default 0 not null,
  total_count integer default 0 not null,
  draft_count integer default 0 not null,
  processing_count integer default 0 not null,
  done_count integer default 0 not null,
  failed_count integer default 0 not null,
  cancelled_count integer default 0 not null,
  created_count integer default 0 not null,
  updated_count integer default 0 not null,
  unchanged_count integer default 0 not null,
  deleted_count integer default 0 not null,
  batch_count integer default 0 not null,
  round integer default 1 not null,
  process_count integer default 0 not null,
  is_action_required boolean default false not null,
  action_code text,
  action_reason text,
  wait_code text,
  wait_reason text,
  wait_until timestamp with time zone,
  activity_seq integer default 0 not null,
  revision bigint default 1 not null,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  created_at timestamp with time zone default mantis.now() not null,
  updated_at timestamp with time zone default mantis.now() not null,
  delta_slices integer default 96 not null,
  guests text default 'off'::text not null,
  step text default 'walk'::text not null,
  step_cursor jsonb default '{}'::jsonb not null,
  walk_from_id bigint default 0 not null,
  walk_until_rank integer,
  deletion_candidates integer,
  deletions_approved boolean default false not null,
  progressed_at timestamp with time zone default mantis.now() not null,
  idle_rings integer default 0 not null,
  idle_rung_at timestamp with time zone,
  trace_parent text,
  waited_ms bigint default 0 not null,
  waiting_since timestamp with time zone,
  forced jsonb,
  discovery_answer_token uuid
);
alter table woo_customer_sync_queue enable row level security;
alter table woo_customer_sync_queue force row level security;
alter table woo_customer_sync_queue set (fillfactor=50);
create table woo_customer_sync_queue_line (
  org_id uuid not null,
  queue_id uuid not null,
  "position" integer not null,
  woo_customer_id bigint,
  quarantine_key text,
  state text default 'draft'::text not null,
  outcome text,
  attempts integer default 0 not null,
  round integer default 1 not null,
  next_attempt_at timestamp with time zone default mantis.now() not null,
  lease_token uuid,
  lease_until timestamp with time zone,
  worker_id text,
  payload json,
  fetched_at timestamp with time zone,
  error_code text,
  error_message text,
  processed_at timestamp with time zone,
  deaths integer default 0 not null,
  alone boolean default false not null,
  fetch_began_at timestamp with time zone
);
alter table woo_customer_sync_queue_line enable row level security;
alter table woo_customer_sync_queue_line force row level security;
alter table woo_customer_sync_queue_line set (fillfactor=80, autovacuum_vacuum_scale_factor=0.05, autovacuum_vacuum_threshold=1000);
create table woo_store (
  id uuid default gen_random_uuid() not null,
  org_id uuid not null,
  name text not null,
  url text not null,
  auth_mode text default 'basic'::text not null,
  route_style text default 'pretty'::text not null,
  consumer_key_cipher bytea not null,
  consumer_secret_cipher bytea not null,
  cipher_key_id text not null,
  key_hint text not null,
  settings jsonb default '{}'::jsonb not null,
  state text default 'active'::text not null,
  pause_code text,
  pause_reason text,
  paused_at timestamp with time zone,
  woo_version text,
  last_ok_at timestamp with time zone,
  last_error_at timestamp with time zone,
  last_error_code text,
  created_at timestamp with time zone default mantis.now() not null,
  updated_at timestamp with time zone default mantis.now() not null,
  diagnosis jsonb,
  diagnosed_at timestamp with time zone,
  rest_prefix text default 'wp-json'::text not null,
  home text,
  web_login_cipher bytea,
  paused_by jsonb,
  dismissed_findings jsonb default '[]'::jsonb not null
);
alter table woo_store enable row level security;
alter table woo_store force row level security;
create table woo_sync_activity (
  id bigint generated always as identity not null,
  org_id uuid not null,
  store_id uuid not null,
  queue_id uuid,
  seq integer,
  at timestamp with time zone default mantis.now() not null,
  level text default 'info'::text not null,
  event text not null,
  message text not null,
  actor_type text not null,
  actor_id text,
  actor_name text,
  data jsonb default '{}'::jsonb not null
);
alter table woo_sync_activity enable row level security;
alter table woo_sync_activity force row level security;
create table woo_webhook (
  org_id uuid not null,
  store_id uuid not null,
  topic text not null,
  woo_webhook_id bigint not null,
  status text not null,
  checked_at timestamp with time zone default mantis.now() not null
);
alter table woo_webhook enable row level security;
alter table woo_webhook force row level security;
create table woo_webhook_delivery (
  id bigint generated always as identity not null,
  org_id uuid not null,
  store_id uuid not null,
  received_at timestamp with time zone default mantis.now() not null,
  delivery_id text not null,
  topic text not null,
  body_hash bytea not null,
  woo_customer_id bigint,
  state text default 'pending'::text not null,
  queue_id uuid
);
alter table woo_webhook_delivery enable row level security;
alter table woo_webhook_delivery force row level security;
alter table woo_webhook_delivery set (fillfactor=80);
create table woo_webhook_endpoint (
  org_id uuid not null,
  store_id uuid not null,
  secret_cipher bytea not null,
  cipher_key_id text not null,
  is_wanted boolean default true not null,
  state text default 'pending'::text not null,
  reason text,
  gap_since timestamp with time zone,
  checked_at timestamp with time zone,
  checking_until timestamp with time zone,
  last_delivery_at timestamp with time zone,
  created_at timestamp with time zone default mantis.now() not null,
  updated_at timestamp with time zone default mantis.now() not null,
  gap_until timestamp with time zone
);
alter table woo_webhook_endpoint enable row level security;
alter table woo_webhook_endpoint force row level security;
create table woo_webhook_refusal (
  org_id uuid not null,
  store_id uuid not null,
  hour timestamp with time zone not null,
  reason text not null,
  count bigint not null
);
alter table woo_webhook_refusal enable row level security;
alter table woo_webhook_refusal force row level security;

-- constraints

alter table api_call_count add constraint api_call_count_count_check CHECK ((count > 0));
alter table api_call_count add constraint api_call_count_kind_check CHECK ((kind = ANY (ARRAY['call'::text, 'start'::text, 'trial'::text])));
alter table api_call_count add constraint api_call_count_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(id) ON DELETE CASCADE;
alter table api_call_count add constraint api_call_count_pkey PRIMARY KEY (org_id, minute, kind);
alter table auth_account add constraint auth_account_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth_user(id) ON DELETE CASCADE;
alter table auth_account add constraint auth_account_pkey PRIMARY KEY (id);
alter table auth_api_key add constraint auth_api_key_name_check CHECK ((length(name) <= 200));
alter table auth_api_key add constraint auth_api_key_reference_id_fkey FOREIGN KEY (reference_id) REFERENCES organization(id) ON DELETE CASCADE;
alter table auth_api_key add constraint auth_api_key_pkey PRIMARY KEY (id);
alter table auth_api_key add constraint auth_api_key_key_key UNIQUE (key);
alter table auth_passkey add constraint auth_passkey_aaguid_check CHECK ((length(aaguid) <= 64));
alter table auth_passkey add constraint auth_passkey_counter_check CHECK ((counter >= 0));
alter table auth_passkey add constraint auth_passkey_credential_id_check CHECK ((length(credential_id) <= 2000));
alter table auth_passkey add constraint auth_passkey_device_type_check CHECK ((length(device_type) <= 40));
alter table auth_passkey add constraint auth_passkey_name_check CHECK ((length(name) <= 200));
alter table auth_passkey add constraint auth_passkey_public_key_check CHECK ((length(public_key) <= 8000));
alter table auth_passkey add constraint auth_passkey_transports_check CHECK ((length(transports) <= 200));
alter table auth_passkey add constraint auth_passkey_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth_user(id) ON DELETE CASCADE;
alter table auth_passkey add constraint auth_passkey_pkey PRIMARY KEY (id);
alter table auth_passkey add constraint auth_passkey_credential_id_key UNIQUE (credential_id);
alter table auth_rate_limit add constraint auth_rate_limit_pkey PRIMARY KEY (id);
alter table auth_rate_limit add constraint auth_rate_limit_key_key UNIQUE (key);
alter table auth_session add constraint auth_session_ip_address_check CHECK ((length(ip_address) <= 100)) NOT VALID;
alter table auth_session add constraint auth_session_user_agent_check CHECK ((length(user_agent) <= 300)) NOT VALID;
alter table auth_session add constraint auth_session_active_organization_id_fkey FOREIGN KEY (active_organization_id) REFERENCES organization(id) ON DELETE SET NULL;
alter table auth_session add constraint auth_session_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth_user(id) ON DELETE CASCADE;
alter table auth_session add constraint auth_session_pkey PRIMARY KEY (id);
alter table auth_session add constraint auth_session_token_key UNIQUE (token);
alter table auth_sign_in_failure add constraint auth_sign_in_failure_account_check CHECK ((length(account) = 64));
alter table auth_sign_in_failure add constraint auth_sign_in_failure_count_check CHECK ((count > 0));
alter table auth_sign_in_failure add constraint auth_sign_in_failure_pkey PRIMARY KEY (account);
alter table auth_usage add constraint auth_usage_count_check CHECK ((count > 0));
alter table auth_usage add constraint auth_usage_kind_check CHECK ((kind = ANY (ARRAY['person_call'::text, 'mail'::text, 'invitation_by_person'::text, 'invitation_by_organisation'::text])));
alter table auth_usage add constraint auth_usage_subject_check CHECK ((length(subject) <= 64));
alter table auth_usage add constraint auth_usage_pkey PRIMARY KEY (kind, subject, period);
alter table auth_user add constraint auth_user_email_check CHECK ((length(email) <= 320));
alter table auth_user add constraint auth_user_image_check CHECK ((length(image) <= 2000)) NOT VALID;
alter table auth_user add constraint auth_user_name_check CHECK ((length(name) <= 200));
alter table auth_user add constraint auth_user_pkey PRIMARY KEY (id);
alter table auth_user add constraint auth_user_email_key UNIQUE (email);
alter table auth_verification add constraint auth_verification_identifier_check CHECK ((length(identifier) <= 1000)) NOT VALID;
alter table auth_verification add constraint auth_verification_value_check CHECK ((length(value) <= 10000)) NOT VALID;
alter table auth_verification add constraint auth_verification_pkey PRIMARY KEY (id);
alter table customer add constraint customer_content_hash_check CHECK ((length(content_hash) = 32));
alter table customer add constraint customer_first_source_check CHECK ((first_source = ANY (ARRAY['walk'::text, 'delta'::text, 'reconcile'::text, 'webhook'::text, 'retry'::text])));
alter table customer add constraint customer_report_hash_check CHECK ((length(report_hash) = 32));
alter table customer add constraint customer_row_hash_check CHECK ((length(row_hash) = 16));
alter table customer add constraint customer_woo_id_check CHECK ((woo_id > 0));
alter table customer add constraint customer_pkey PRIMARY KEY (id);
alter table customer add constraint customer_org_id_store_id_woo_id_key UNIQUE (org_id, store_id, woo_id);
alter table customer_change add constraint customer_change_kind_check CHECK ((kind = ANY (ARRAY['updated'::text, 'deleted'::text, 'restored'::text])));
alter table customer_change add constraint customer_change_source_check CHECK ((source = ANY (ARRAY['walk'::text, 'delta'::text, 'reconcile'::text, 'webhook'::text, 'retry'::text])));
alter table customer_change add constraint customer_change_woo_id_check CHECK ((woo_id > 0));
alter table customer_change add constraint customer_change_org_id_store_id_fkey FOREIGN KEY (org_id, store_id) REFERENCES woo_store(org_id, id) ON DELETE CASCADE;
alter table customer_change add constraint customer_change_pkey PRIMARY KEY (id);
alter table guest add constraint guest_check CHECK (((linked_woo_id IS NULL) = (linked_at IS NULL)));
alter table guest add constraint guest_email_check CHECK (((email = lower(btrim(email))) AND (email <> ''::text)));
alter table guest add constraint guest_linked_woo_id_check CHECK ((linked_woo_id > 0));
alter table guest add constraint guest_org_id_store_id_fkey FOREIGN KEY (org_id, store_id) REFERENCES woo_store(org_id, id) ON DELETE CASCADE;
alter table guest add constraint guest_pkey PRIMARY KEY (id);
alter table guest add constraint guest_org_id_store_id_email_key UNIQUE (org_id, store_id, email);
alter table notification_channel add constraint notification_channel_check CHECK (((kind = 'email'::text) = (user_id IS NOT NULL)));
alter table notification_channel add constraint notification_channel_check1 CHECK (((kind = 'email'::text) = (url_cipher IS NULL)));
alter table notification_channel add constraint notification_channel_check2 CHECK ((((url_cipher IS NULL) = (cipher_key_id IS NULL)) AND ((url_cipher IS NULL) = (url_hint IS NULL))));
alter table notification_channel add constraint notification_channel_kind_check CHECK ((kind = ANY (ARRAY['email'::text, 'slack'::text, 'json'::text])));
alter table notification_channel add constraint notification_channel_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)));
alter table notification_channel add constraint notification_channel_topics_check CHECK ((topics <@ '["run_needs_attention", "store_paused", "webhooks_disabled", "freshness_broken"]'::jsonb));
alter table notification_channel add constraint notification_channel_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(id) ON DELETE CASCADE;
alter table notification_channel add constraint notification_channel_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth_user(id) ON DELETE CASCADE;
alter table notification_channel add constraint notification_channel_pkey PRIMARY KEY (id);
alter table notification_channel add constraint notification_channel_org_id_id_key UNIQUE (org_id, id);
alter table notification_channel add constraint notification_channel_org_id_user_id_key UNIQUE (org_id, user_id);
alter table notification_event add constraint notification_event_phase_check CHECK ((phase = ANY (ARRAY['opened'::text, 'resolved'::text])));
alter table notification_event add constraint notification_event_org_id_channel_id_fkey FOREIGN KEY (org_id, channel_id) REFERENCES notification_channel(org_id, id) ON DELETE CASCADE;
alter table notification_event add constraint notification_event_org_id_incident_id_fkey FOREIGN KEY (org_id, incident_id) REFERENCES notification_incident(org_id, id) ON DELETE CASCADE;
alter table notification_event add constraint notification_event_org_id_message_id_fkey FOREIGN KEY (org_id, message_id) REFERENCES notification_message(org_id, id) ON DELETE CASCADE;
alter table notification_event add constraint notification_event_pkey PRIMARY KEY (incident_id, channel_id, phase);
alter table notification_incident add constraint notification_incident_check CHECK (((topic = 'run_needs_attention'::text) = (queue_id IS NOT NULL)));
alter table notification_incident add constraint notification_incident_topic_check CHECK ((topic = ANY (ARRAY['run_needs_attention'::text, 'store_paused'::text, 'webhooks_disabled'::text, 'freshness_broken'::text])));
alter table notification_incident add constraint notification_incident_org_id_store_id_fkey FOREIGN KEY (org_id, store_id) REFERENCES woo_store(org_id, id) ON DELETE CASCADE;
alter table notification_incident add constraint notification_incident_pkey PRIMARY KEY (id);
alter table notification_incident add constraint notification_incident_org_id_id_key UNIQUE (org_id, id);
alter table notification_message add constraint notification_message_attempts_check CHECK ((attempts >= 0));
alter table notification_message add constraint notification_message_check CHECK (((state = 'pending'::text) = (ended_at IS NULL)));
alter table notification_message add constraint notification_message_phase_check CHECK ((phase = ANY (ARRAY['opened'::text, 'resolved'::text])));
alter table notification_message add constraint notification_message_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'sent'::text, 'failed'::text])));
alter table notification_message add constraint notification_message_org_id_channel_id_fkey FOREIGN KEY (org_id, channel_id) REFERENCES notification_channel(org_id, id) ON DELETE CASCADE;
alter table notification_message add constraint notification_message_pkey PRIMARY KEY (id);
alter table notification_message add constraint notification_message_org_id_id_key UNIQUE (org_id, id);
alter table organization add constraint organization_name_check CHECK ((length(name) <= 200));
alter table organization add constraint organization_slug_check CHECK ((length(slug) <= 100));
alter table organization add constraint organization_pkey PRIMARY KEY (id);
alter table organization add constraint organization_slug_key UNIQUE (slug);
alter table organization_activity add constraint organization_activity_actor_name_check CHECK ((length(actor_name) <= 200)) NOT VALID;
alter table organization_activity add constraint organization_activity_actor_type_check CHECK ((actor_type = ANY (ARRAY['user'::text, 'api_key'::text, 'cron'::text, 'webhook'::text, 'system'::text])));
alter table organization_activity add constraint organization_activity_message_check CHECK ((length(message) <= 2000));
alter table organization_activity add constraint organization_activity_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(id) ON DELETE CASCADE;
alter table organization_activity add constraint organization_activity_pkey PRIMARY KEY (id);
alter table organization_invitation add constraint organization_invitation_email_check CHECK ((length(email) <= 320)) NOT VALID;
alter table organization_invitation add constraint organization_invitation_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'operator'::text, 'viewer'::text])));
alter table organization_invitation add constraint organization_invitation_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'accepted'::text, 'rejected'::text, 'canceled'::text])));
alter table organization_invitation add constraint organization_invitation_token_hash_check CHECK ((length(token_hash) = 64));
alter table organization_invitation add constraint organization_invitation_inviter_id_fkey FOREIGN KEY (inviter_id) REFERENCES auth_user(id) ON DELETE CASCADE;
alter table organization_invitation add constraint organization_invitation_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE;
alter table organization_invitation add constraint organization_invitation_pkey PRIMARY KEY (id);
alter table organization_invitation add constraint organization_invitation_token_hash_key UNIQUE (token_hash);
alter table organization_member add constraint organization_member_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'operator'::text, 'viewer'::text])));
alter table organization_member add constraint organization_member_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organization(id) ON DELETE CASCADE;
alter table organization_member add constraint organization_member_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth_user(id) ON DELETE CASCADE;
alter table organization_member add constraint organization_member_pkey PRIMARY KEY (id);
alter table organization_member add constraint organization_member_organization_id_user_id_key UNIQUE (organization_id, user_id);
alter table organization_settings add constraint organization_settings_retention_days_check CHECK (((retention_days >= 1) AND (retention_days <= 3650)));
alter table organization_settings add constraint organization_settings_volatile_meta_keys_check CHECK ((cardinality(volatile_meta_keys) <= 100));
alter table organization_settings add constraint organization_settings_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(id) ON DELETE CASCADE;
alter table organization_settings add constraint organization_settings_pkey PRIMARY KEY (org_id);
alter table store_freshness add constraint store_freshness_newest_woo_id_check CHECK ((newest_woo_id >= 0));
alter table store_freshness add constraint store_freshness_slice_last_id_check CHECK ((slice_last_id >= 0));
alter table store_freshness add constraint store_freshness_slice_rank_check CHECK ((slice_rank >= 0));
alter table store_freshness add constraint store_freshness_org_id_store_id_fkey FOREIGN KEY (org_id, store_id) REFERENCES woo_store(org_id, id) ON DELETE CASCADE;
alter table store_freshness add constraint store_freshness_pkey PRIMARY KEY (store_id);
alter table store_grant add constraint store_grant_check CHECK (((state = 'connected'::text) = (store_id IS NOT NULL)));
alter table store_grant add constraint store_grant_check1 CHECK (((state = 'refused'::text) = ((reason_code IS NOT NULL) AND (reason IS NOT NULL))));
alter table store_grant add constraint store_grant_check2 CHECK (((state = ANY (ARRAY['connected'::text, 'refused'::text])) = (ended_at IS NOT NULL)));
alter table store_grant add constraint store_grant_nonce_hash_check CHECK ((length(nonce_hash) = 32));
alter table store_grant add constraint store_grant_schedules_check CHECK ((schedules = ANY (ARRAY['quarter_hourly'::text, 'hourly'::text, 'nightly'::text, 'none'::text])));
alter table store_grant add constraint store_grant_scope_check CHECK ((scope = ANY (ARRAY['read'::text, 'read_write'::text])));
alter table store_grant add constraint store_grant_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'verifying'::text, 'connected'::text, 'refused'::text])));
alter table store_grant add constraint store_grant_text_check CHECK (((length(name) <= 200) AND (length(store_url) <= 2000) AND (length(time_zone) <= 64) AND (length(begun_by_name) <= 200))) NOT VALID;
alter table store_grant add constraint store_grant_web_login_check CHECK (((web_login_cipher IS NULL) = (cipher_key_id IS NULL))) NOT VALID;
alter table store_grant add constraint store_grant_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(id) ON DELETE CASCADE;
alter table store_grant add constraint store_grant_org_id_store_id_fkey FOREIGN KEY (org_id, store_id) REFERENCES woo_store(org_id, id) ON DELETE CASCADE;
alter table store_grant add constraint store_grant_pkey PRIMARY KEY (id);
alter table store_grant add constraint store_grant_nonce_hash_key UNIQUE (nonce_hash);
alter table sync_schedule add constraint sync_schedule_check CHECK (((state = 'active'::text) = (next_run_at IS NOT NULL)));
alter table sync_schedule add constraint sync_schedule_cron_check CHECK (((length(cron) >= 9) AND (length(cron) <= 200)));
alter table sync_schedule add constraint sync_schedule_kind_check CHECK ((kind = ANY (ARRAY['delta'::text, 'reconcile'::text, 'full'::text])));
alter table sync_schedule add constraint sync_schedule_last_outcome_check CHECK ((last_outcome = ANY (ARRAY['started'::text, 'skipped_running'::text, 'skipped_paused'::text, 'failed'::text])));
alter table sync_schedule add constraint sync_schedule_state_check CHECK ((state = ANY (ARRAY['active'::text, 'paused'::text])));
alter table sync_schedule add constraint sync_schedule_time_zone_check CHECK (((length(time_zone) >= 1) AND (length(time_zone) <= 64)));
alter table sync_schedule add constraint sync_schedule_org_id_store_id_fkey FOREIGN KEY (org_id, store_id) REFERENCES woo_store(org_id, id) ON DELETE CASCADE;
alter table sync_schedule add constraint sync_schedule_pkey PRIMARY KEY (id);
alter table sync_schedule add constraint sync_schedule_org_id_store_id_kind_key UNIQUE (org_id, store_id, kind);
alter table sync_worker add constraint sync_worker_pkey PRIMARY KEY (id);
alter table woo_customer_sync_queue add constraint sound CHECK (mantis.is_sound(woo_customer_sync_queue.*));
alter table woo_customer_sync_queue add constraint woo_customer_sync_queue_actor_check CHECK (((length(actor_name) <= 200) AND (length(role_filter) <= 100))) NOT VALID;
alter table woo_customer_sync_queue add constraint woo_customer_sync_queue_org_id_store_id_fkey FOREIGN KEY (org_id, store_id) REFERENCES woo_store(org_id, id) ON DELETE CASCADE;
alter table woo_customer_sync_queue add constraint woo_customer_sync_queue_pkey PRIMARY KEY (id);
alter table woo_customer_sync_queue add constraint woo_customer_sync_queue_org_id_id_key UNIQUE (org_id, id);
alter table woo_customer_sync_queue add constraint woo_customer_sync_queue_org_id_idempotency_key_key UNIQUE (org_id, idempotency_key);
alter table woo_customer_sync_queue_line add constraint woo_customer_sync_queue_line_attempts_check CHECK ((attempts >= 0));
alter table woo_customer_sync_queue_line add constraint woo_customer_sync_queue_line_check CHECK (((woo_customer_id IS NULL) = (quarantine_key IS NOT NULL)));
alter table woo_customer_sync_queue_line add constraint woo_customer_sync_queue_line_check1 CHECK (((state = 'done'::text) = (outcome IS NOT NULL)));
alter table woo_customer_sync_queue_line add constraint woo_customer_sync_queue_line_check2 CHECK (((state = 'processing'::text) = (lease_token IS NOT NULL)));
alter table woo_customer_sync_queue_line add constraint woo_customer_sync_queue_line_check3 CHECK (((lease_token IS NULL) = (lease_until IS NULL)));
alter table woo_customer_sync_queue_line add constraint woo_customer_sync_queue_line_check4 CHECK (((lease_token IS NULL) = (worker_id IS NULL)));
alter table woo_customer_sync_queue_line add constraint woo_customer_sync_queue_line_check5 CHECK (((state <> 'failed'::text) OR ((error_code IS NOT NULL) AND (error_message IS NOT NULL))));
alter table woo_customer_sync_queue_line add constraint woo_customer_sync_queue_line_check6 CHECK (((state <> ALL (ARRAY['done'::text, 'cancelled'::text])) OR (payload IS NULL)));
alter table woo_customer_sync_queue_line add constraint woo_customer_sync_queue_line_deaths_check CHECK ((deaths >= 0));
alter table woo_customer_sync_queue_line add constraint woo_customer_sync_queue_line_outcome_check CHECK ((outcome = ANY (ARRAY['created'::text, 'updated'::text, 'unchanged'::text, 'deleted'::text])));
alter table woo_customer_sync_queue_line add constraint woo_customer_sync_queue_line_position_check CHECK (("position" >= 1));
alter table woo_customer_sync_queue_line add constraint woo_customer_sync_queue_line_round_check CHECK ((round >= 1));
alter table woo_customer_sync_queue_line add constraint woo_customer_sync_queue_line_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'processing'::text, 'done'::text, 'failed'::text, 'cancelled'::text])));
alter table woo_customer_sync_queue_line add constraint woo_customer_sync_queue_line_woo_customer_id_check CHECK ((woo_customer_id > 0));
alter table woo_customer_sync_queue_line add constraint woo_customer_sync_queue_line_pkey PRIMARY KEY (queue_id, "position");
alter table woo_store add constraint woo_store_auth_mode_check CHECK ((auth_mode = ANY (ARRAY['basic'::text, 'query'::text, 'oauth1'::text])));
alter table woo_store add constraint woo_store_check CHECK (((state = 'paused'::text) = ((pause_code IS NOT NULL) AND (pause_reason IS NOT NULL) AND (paused_at IS NOT NULL))));
alter table woo_store add constraint woo_store_check1 CHECK (((diagnosis IS NULL) = (diagnosed_at IS NULL)));
alter table woo_store add constraint woo_store_diagnosis_check CHECK ((jsonb_typeof(diagnosis) = 'object'::text));
alter table woo_store add constraint woo_store_home_check CHECK ((length(home) <= 2000));
alter table woo_store add constraint woo_store_key_hint_check CHECK ((length(key_hint) <= 8));
alter table woo_store add constraint woo_store_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)));
alter table woo_store add constraint woo_store_rest_prefix_check CHECK (((rest_prefix ~ '^[^/].*[^/]$'::text) AND (length(rest_prefix) <= 200)));
alter table woo_store add constraint woo_store_route_style_check CHECK ((route_style = ANY (ARRAY['pretty'::text, 'plain'::text])));
alter table woo_store add constraint woo_store_state_check CHECK ((state = ANY (ARRAY['active'::text, 'paused'::text])));
alter table woo_store add constraint woo_store_url_check CHECK ((length(url) <= 2000)) NOT VALID;
alter table woo_store add constraint woo_store_org_id_fkey FOREIGN KEY (org_id) REFERENCES organization(id) ON DELETE CASCADE;
alter table woo_store add constraint woo_store_pkey PRIMARY KEY (id);
alter table woo_store add constraint woo_store_org_id_id_key UNIQUE (org_id, id);
alter table woo_store add constraint woo_store_org_id_url_key UNIQUE (org_id, url);
alter table woo_sync_activity add constraint woo_sync_activity_actor_name_check CHECK ((length(actor_name) <= 200)) NOT VALID;
alter table woo_sync_activity add constraint woo_sync_activity_actor_type_check CHECK ((actor_type = ANY (ARRAY['user'::text, 'api_key'::text, 'cron'::text, 'webhook'::text, 'system'::text])));
alter table woo_sync_activity add constraint woo_sync_activity_check CHECK (((queue_id IS NULL) = (seq IS NULL)));
alter table woo_sync_activity add constraint woo_sync_activity_level_check CHECK ((level = ANY (ARRAY['info'::text, 'warning'::text, 'error'::text])));
alter table woo_sync_activity add constraint woo_sync_activity_message_check CHECK ((length(message) <= 2000));
alter table woo_sync_activity add constraint woo_sync_activity_seq_check CHECK ((seq >= 1));
alter table woo_sync_activity add constraint woo_sync_activity_org_id_queue_id_fkey FOREIGN KEY (org_id, queue_id) REFERENCES woo_customer_sync_queue(org_id, id) ON DELETE CASCADE;
alter table woo_sync_activity add constraint woo_sync_activity_org_id_store_id_fkey FOREIGN KEY (org_id, store_id) REFERENCES woo_store(org_id, id) ON DELETE CASCADE;
alter table woo_sync_activity add constraint woo_sync_activity_pkey PRIMARY KEY (id);
alter table woo_webhook add constraint woo_webhook_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text, 'disabled'::text])));
alter table woo_webhook add constraint woo_webhook_topic_check CHECK ((topic = ANY (ARRAY['customer.created'::text, 'customer.updated'::text, 'customer.deleted'::text])));
alter table woo_webhook add constraint woo_webhook_woo_webhook_id_check CHECK ((woo_webhook_id > 0));
alter table woo_webhook add constraint woo_webhook_org_id_store_id_fkey FOREIGN KEY (org_id, store_id) REFERENCES woo_store(org_id, id) ON DELETE CASCADE;
alter table woo_webhook add constraint woo_webhook_pkey PRIMARY KEY (store_id, topic);
alter table woo_webhook_delivery add constraint woo_webhook_delivery_body_hash_check CHECK ((length(body_hash) = 32));
alter table woo_webhook_delivery add constraint woo_webhook_delivery_delivery_id_check CHECK ((length(delivery_id) <= 200));
alter table woo_webhook_delivery add constraint woo_webhook_delivery_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'applied'::text, 'ignored'::text])));
alter table woo_webhook_delivery add constraint woo_webhook_delivery_topic_check CHECK ((length(topic) <= 100));
alter table woo_webhook_delivery add constraint woo_webhook_delivery_woo_customer_id_check CHECK ((woo_customer_id > 0));
alter table woo_webhook_delivery add constraint woo_webhook_delivery_org_id_store_id_fkey FOREIGN KEY (org_id, store_id) REFERENCES woo_store(org_id, id) ON DELETE CASCADE;
alter table woo_webhook_delivery add constraint woo_webhook_delivery_pkey PRIMARY KEY (id);
alter table woo_webhook_delivery add constraint woo_webhook_delivery_store_id_body_hash_key UNIQUE (store_id, body_hash);
alter table woo_webhook_endpoint add constraint woo_webhook_endpoint_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'active'::text, 'refused'::text, 'off'::text])));
alter table woo_webhook_endpoint add constraint woo_webhook_endpoint_org_id_store_id_fkey FOREIGN KEY (org_id, store_id) REFERENCES woo_store(org_id, id) ON DELETE CASCADE;
alter table woo_webhook_endpoint add constraint woo_webhook_endpoint_pkey PRIMARY KEY (store_id);
alter table woo_webhook_refusal add constraint woo_webhook_refusal_count_check CHECK ((count > 0));
alter table woo_webhook_refusal add constraint woo_webhook_refusal_reason_check CHECK ((reason = ANY (ARRAY['no_signature'::text, 'bad_signature'::text, 'too_large'::text, 'too_many'::text])));
alter table woo_webhook_refusal add constraint woo_webhook_refusal_org_id_store_id_fkey FOREIGN KEY (org_id, store_id) REFERENCES woo_store(org_id, id) ON DELETE CASCADE;
alter table woo_webhook_refusal add constraint woo_webhook_refusal_pkey PRIMARY KEY (store_id, hour, reason);

-- indexes

CREATE INDEX auth_account_user_id_idx ON public.auth_account USING btree (user_id);
CREATE INDEX auth_api_key_config_id_idx ON public.auth_api_key USING btree (config_id);
CREATE INDEX auth_api_key_reference_id_idx ON public.auth_api_key USING btree (reference_id);
CREATE INDEX auth_passkey_user_id_idx ON public.auth_passkey USING btree (user_id);
CREATE INDEX auth_session_user_id_idx ON public.auth_session USING btree (user_id);
CREATE INDEX auth_verification_identifier_idx ON public.auth_verification USING btree (identifier);
CREATE INDEX customer_change_at_idx ON public.customer_change USING btree (at);
CREATE INDEX customer_change_customer_idx ON public.customer_change USING btree (org_id, store_id, woo_id, id DESC);
CREATE INDEX customer_changed_idx ON public.customer USING btree (org_id, updated_at, id);
CREATE INDEX customer_deleted_changed_idx ON public.customer USING btree (org_id, updated_at, id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX customer_deleted_name_idx ON public.customer USING btree (org_id, sort_name, id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX customer_name_idx ON public.customer USING btree (org_id, sort_name, id);
CREATE INDEX customer_search_idx ON public.customer USING gin (org_id, store_id, role, country, search_text gin_trgm_ops);
CREATE INDEX customer_store_changed_idx ON public.customer USING btree (store_id, updated_at, id);
CREATE INDEX notification_event_message_idx ON public.notification_event USING btree (org_id, message_id);
CREATE INDEX notification_event_open_idx ON public.notification_event USING btree (org_id, channel_id, phase) WHERE (message_id IS NULL);
CREATE UNIQUE INDEX notification_incident_open_idx ON public.notification_incident USING btree (org_id, store_id, topic, queue_id) NULLS NOT DISTINCT WHERE (resolved_at IS NULL);
CREATE INDEX notification_incident_resolved_idx ON public.notification_incident USING btree (org_id, resolved_at);
CREATE INDEX notification_message_channel_idx ON public.notification_message USING btree (org_id, channel_id, created_at);
CREATE INDEX notification_message_pending_idx ON public.notification_message USING btree (next_attempt_at) WHERE (state = 'pending'::text);
CREATE INDEX organization_activity_org_idx ON public.organization_activity USING btree (org_id, id DESC);
CREATE INDEX organization_invitation_email_idx ON public.organization_invitation USING btree (email);
CREATE INDEX organization_invitation_organization_id_idx ON public.organization_invitation USING btree (organization_id);
CREATE UNIQUE INDEX organization_invitation_pending_idx ON public.organization_invitation USING btree (organization_id, lower(email)) WHERE (status = 'pending'::text);
CREATE INDEX organization_member_user_id_idx ON public.organization_member USING btree (user_id);
CREATE INDEX store_grant_org_idx ON public.store_grant USING btree (org_id, expires_at);
CREATE INDEX sync_schedule_due_idx ON public.sync_schedule USING btree (next_run_at) WHERE (state = 'active'::text);
CREATE INDEX woo_customer_sync_queue_action_idx ON public.woo_customer_sync_queue USING btree (action_code) WHERE is_action_required;
CREATE UNIQUE INDEX woo_customer_sync_queue_active_idx ON public.woo_customer_sync_queue USING btree (org_id, store_id, ((kind = 'webhook'::text))) WHERE (state = ANY (ARRAY['draft'::text, 'processing'::text]));
CREATE INDEX woo_customer_sync_queue_finished_idx ON public.woo_customer_sync_queue USING btree (finished_at) WHERE (finished_at IS NOT NULL);
CREATE UNIQUE INDEX woo_customer_sync_queue_line_customer_idx ON public.woo_customer_sync_queue_line USING btree (queue_id, woo_customer_id);
CREATE INDEX woo_customer_sync_queue_line_due_idx ON public.woo_customer_sync_queue_line USING btree (queue_id, next_attempt_at, "position") WHERE (state = 'draft'::text);
CREATE INDEX woo_customer_sync_queue_line_failed_idx ON public.woo_customer_sync_queue_line USING btree (queue_id, "position") WHERE (state = 'failed'::text);
CREATE INDEX woo_customer_sync_queue_line_held_idx ON public.woo_customer_sync_queue_line USING btree (queue_id, "position") WHERE (state = 'processing'::text);
CREATE INDEX woo_customer_sync_queue_line_isolated_idx ON public.woo_customer_sync_queue_line USING btree (queue_id, next_attempt_at, "position") WHERE ((state = 'draft'::text) AND alone);
CREATE UNIQUE INDEX woo_customer_sync_queue_line_quarantine_idx ON public.woo_customer_sync_queue_line USING btree (queue_id, quarantine_key) WHERE (quarantine_key IS NOT NULL);
CREATE INDEX woo_customer_sync_queue_list_idx ON public.woo_customer_sync_queue USING btree (org_id, created_at DESC, id DESC);
CREATE INDEX woo_customer_sync_queue_store_idx ON public.woo_customer_sync_queue USING btree (org_id, store_id, created_at DESC, id DESC);
CREATE INDEX woo_sync_activity_line_idx ON public.woo_sync_activity USING btree (queue_id, ((data -> 'position'::text))) WHERE (event = ANY (ARRAY['line.failed'::text, 'line.retrying'::text, 'line.warning'::text]));
CREATE INDEX woo_sync_activity_pace_idx ON public.woo_sync_activity USING btree (queue_id, at) WHERE (event = ANY (ARRAY['batch.applied'::text, 'discovery.page'::text]));
CREATE INDEX woo_sync_activity_people_idx ON public.woo_sync_activity USING btree (store_id, id DESC) WHERE ((actor_type = ANY (ARRAY['user'::text, 'api_key'::text])) OR (event = 'store.paused'::text));
CREATE UNIQUE INDEX woo_sync_activity_queue_seq_idx ON public.woo_sync_activity USING btree (queue_id, seq);
CREATE INDEX woo_sync_activity_store_idx ON public.woo_sync_activity USING btree (org_id, store_id, id DESC);
CREATE INDEX woo_webhook_delivery_pending_idx ON public.woo_webhook_delivery USING btree (store_id, id) WHERE (state = 'pending'::text);
CREATE INDEX woo_webhook_delivery_received_idx ON public.woo_webhook_delivery USING btree (received_at);
CREATE INDEX woo_webhook_delivery_store_idx ON public.woo_webhook_delivery USING btree (store_id, received_at DESC, id DESC);
CREATE UNIQUE INDEX woo_webhook_delivery_waiting_idx ON public.woo_webhook_delivery USING btree (store_id, woo_customer_id) WHERE (state = 'pending'::text);

-- triggers

CREATE TRIGGER forget_unproven_passkeys AFTER UPDATE OF email_verified ON public.auth_user FOR EACH ROW WHEN ((new.email_verified AND (NOT old.email_verified))) EXECUTE FUNCTION mantis.forget_unproven_passkeys();
CREATE TRIGGER fill_search_of_inserted BEFORE INSERT ON public.customer FOR EACH ROW WHEN (((new.search_text IS NULL) OR (new.sort_name IS NULL))) EXECUTE FUNCTION mantis.fill_search();
CREATE TRIGGER fill_search_of_updated BEFORE UPDATE ON public.customer FOR EACH ROW WHEN (((NOT (new.search_text IS DISTINCT FROM old.search_text)) AND (((((((new.first_name IS DISTINCT FROM old.first_name) OR (new.last_name IS DISTINCT FROM old.last_name)) OR (new.company IS DISTINCT FROM old.company)) OR (new.email IS DISTINCT FROM old.email)) OR (new.username IS DISTINCT FROM old.username)) OR (new.city IS DISTINCT FROM old.city)) OR (new.phone IS DISTINCT FROM old.phone)))) EXECUTE FUNCTION mantis.fill_search();
CREATE TRIGGER forget_row_hash BEFORE UPDATE ON public.customer FOR EACH ROW WHEN (((new.row_hash = old.row_hash) AND ((new.content_hash IS DISTINCT FROM old.content_hash) OR (new.woo_modified_at IS DISTINCT FROM old.woo_modified_at)))) EXECUTE FUNCTION mantis.forget_row_hash();
CREATE TRIGGER refuse_move BEFORE UPDATE OF org_id, store_id ON public.customer FOR EACH ROW WHEN (((old.org_id IS DISTINCT FROM new.org_id) OR (old.store_id IS DISTINCT FROM new.store_id))) EXECUTE FUNCTION mantis.refuse();
CREATE TRIGGER require_stores AFTER INSERT ON public.customer REFERENCING NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION mantis.require_stores();
CREATE TRIGGER refuse_update BEFORE UPDATE ON public.organization_activity FOR EACH STATEMENT EXECUTE FUNCTION mantis.refuse();
CREATE TRIGGER cancel_invitations AFTER DELETE OR UPDATE OF role ON public.organization_member FOR EACH ROW WHEN ((old.role = 'owner'::text)) EXECUTE FUNCTION mantis.cancel_invitations();
CREATE CONSTRAINT TRIGGER keep_an_owner AFTER DELETE OR UPDATE ON public.organization_member DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.role = 'owner'::text)) EXECUTE FUNCTION mantis.keep_an_owner();
CREATE TRIGGER delete_lines AFTER DELETE ON public.woo_customer_sync_queue FOR EACH ROW EXECUTE FUNCTION mantis.delete_lines_of_run();
CREATE TRIGGER derive_queue BEFORE INSERT OR UPDATE ON public.woo_customer_sync_queue FOR EACH ROW EXECUTE FUNCTION mantis.derive_queue();
CREATE TRIGGER derive_waits BEFORE UPDATE ON public.woo_customer_sync_queue FOR EACH ROW WHEN (((old.finished_at IS DISTINCT FROM new.finished_at) OR (old.is_action_required <> new.is_action_required) OR (old.waiting_since IS DISTINCT FROM new.waiting_since))) EXECUTE FUNCTION mantis.count_waits();
CREATE TRIGGER refuse_move BEFORE UPDATE OF org_id, id ON public.woo_customer_sync_queue FOR EACH ROW WHEN (((old.org_id IS DISTINCT FROM new.org_id) OR (old.id IS DISTINCT FROM new.id))) EXECUTE FUNCTION mantis.refuse();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.woo_customer_sync_queue FOR EACH STATEMENT EXECUTE FUNCTION mantis.refuse();
CREATE TRIGGER count_deleted_lines AFTER DELETE ON public.woo_customer_sync_queue_line REFERENCING OLD TABLE AS was FOR EACH STATEMENT EXECUTE FUNCTION mantis.count_deleted_lines();
CREATE TRIGGER count_inserted_lines AFTER INSERT ON public.woo_customer_sync_queue_line REFERENCING NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION mantis.count_inserted_lines();
CREATE TRIGGER count_updated_lines AFTER UPDATE ON public.woo_customer_sync_queue_line REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION mantis.count_updated_lines();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.woo_customer_sync_queue_line FOR EACH STATEMENT EXECUTE FUNCTION mantis.refuse();
CREATE TRIGGER delete_customers AFTER DELETE ON public.woo_store FOR EACH ROW EXECUTE FUNCTION mantis.delete_customers_of_store();
CREATE TRIGGER refuse_move BEFORE UPDATE OF org_id, id ON public.woo_store FOR EACH ROW WHEN (((old.org_id IS DISTINCT FROM new.org_id) OR (old.id IS DISTINCT FROM new.id))) EXECUTE FUNCTION mantis.refuse();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON public.woo_store FOR EACH STATEMENT EXECUTE FUNCTION mantis.refuse();
CREATE TRIGGER refuse_update BEFORE UPDATE ON public.woo_sync_activity FOR EACH STATEMENT EXECUTE FUNCTION mantis.refuse();

-- policies

create policy own_organisation on public.api_call_count as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy cascade_delete on public.customer as permissive for delete to mantis_cascade using (true);
create policy cascade_select on public.customer as permissive for select to mantis_cascade using (true);
create policy own_organisation on public.customer as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy search on public.customer as permissive for select to mantis_search using (true);
create policy own_organisation on public.customer_change as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy retention on public.customer_change as permissive for all to mantis_retention using (((org_id = ( SELECT mantis.org_id() AS org_id)) AND (at < (( SELECT mantis.now() AS now) - '1 day'::interval))));
create policy own_organisation on public.guest as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy every_organisation on public.notification_channel as permissive for select to mantis_system using (true);
create policy own_organisation on public.notification_channel as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy own_organisation on public.notification_event as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy own_organisation on public.notification_incident as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy own_organisation on public.notification_message as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy own_organisation on public.organization_activity as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy own_organisation on public.organization_settings as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy retention on public.organization_settings as permissive for select to mantis_retention using ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy every_organisation on public.store_freshness as permissive for select to mantis_system using (true);
create policy own_organisation on public.store_freshness as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy every_organisation on public.store_grant as permissive for select to mantis_system using (true);
create policy own_organisation on public.store_grant as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy retention on public.store_grant as permissive for all to mantis_retention using (((org_id = ( SELECT mantis.org_id() AS org_id)) AND (expires_at < (( SELECT mantis.now() AS now) - '1 day'::interval))));
create policy every_organisation on public.sync_schedule as permissive for select to mantis_system using (true);
create policy own_organisation on public.sync_schedule as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy every_organisation on public.woo_customer_sync_queue as permissive for select to mantis_system using (true);
create policy own_organisation on public.woo_customer_sync_queue as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy retention on public.woo_customer_sync_queue as permissive for all to mantis_retention using (((org_id = ( SELECT mantis.org_id() AS org_id)) AND (NOT is_action_required) AND (finished_at < (( SELECT mantis.now() AS now) - '1 day'::interval))));
create policy cascade_delete on public.woo_customer_sync_queue_line as permissive for delete to mantis_cascade using (true);
create policy cascade_select on public.woo_customer_sync_queue_line as permissive for select to mantis_cascade using (true);
create policy every_organisation on public.woo_customer_sync_queue_line as permissive for select to mantis_system using (true);
create policy own_organisation on public.woo_customer_sync_queue_line as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy retention on public.woo_customer_sync_queue_line as permissive for all to mantis_retention using (((org_id = ( SELECT mantis.org_id() AS org_id)) AND (EXISTS ( SELECT
   FROM woo_customer_sync_queue queue
  WHERE (queue.id = woo_customer_sync_queue_line.queue_id)))));
create policy every_organisation on public.woo_store as permissive for select to mantis_system using (true);
create policy own_organisation on public.woo_store as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy own_organisation on public.woo_sync_activity as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy retention on public.woo_sync_activity as permissive for all to mantis_retention using (((org_id = ( SELECT mantis.org_id() AS org_id)) AND (at < (( SELECT mantis.now() AS now) - '1 day'::interval)) AND ((queue_id IS NULL) OR (EXISTS ( SELECT
   FROM woo_customer_sync_queue queue
  WHERE (queue.id = woo_sync_activity.queue_id))))));
create policy own_organisation on public.woo_webhook as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy every_organisation on public.woo_webhook_delivery as permissive for select to mantis_system using (true);
create policy own_organisation on public.woo_webhook_delivery as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy retention on public.woo_webhook_delivery as permissive for all to mantis_retention using (((org_id = ( SELECT mantis.org_id() AS org_id)) AND (state <> 'pending'::text) AND (received_at < (( SELECT mantis.now() AS now) - '1 day'::interval))));
create policy every_organisation on public.woo_webhook_endpoint as permissive for select to mantis_system using (true);
create policy own_organisation on public.woo_webhook_endpoint as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy own_organisation on public.woo_webhook_refusal as permissive for all to mantis_app using ((org_id = ( SELECT mantis.org_id() AS org_id))) with check ((org_id = ( SELECT mantis.org_id() AS org_id)));
create policy retention on public.woo_webhook_refusal as permissive for all to mantis_retention using (((org_id = ( SELECT mantis.org_id() AS org_id)) AND (hour < (( SELECT mantis.now() AS now) - '1 day'::interval))));

-- grants

grant select on column customer.country to mantis_search;
grant select on column customer.deleted_at to mantis_search;
grant select on column customer.id to mantis_search;
grant select on column customer.is_paying_customer to mantis_search;
grant select on column customer.org_id to mantis_cascade;
grant select on column customer.org_id to mantis_search;
grant select on column customer.role to mantis_search;
grant select on column customer.search_text to mantis_search;
grant select on column customer.sort_name to mantis_search;
grant select on column customer.store_id to mantis_cascade;
grant select on column customer.store_id to mantis_search;
grant select on column customer.updated_at to mantis_search;
grant select on column customer.woo_id to mantis_search;
grant select on column notification_channel.org_id to mantis_system;
grant select on column store_freshness.refreshed_at to mantis_system;
grant select on column store_freshness.store_id to mantis_system;
grant select on column store_freshness.verified_since to mantis_system;
grant update on column store_grant.cipher_key_id to mantis_app;
grant update on column store_grant.ended_at to mantis_app;
grant select on column store_grant.expires_at to mantis_retention;
grant select on column store_grant.nonce_hash to mantis_system;
grant select on column store_grant.org_id to mantis_retention;
grant select on column store_grant.org_id to mantis_system;
grant update on column store_grant.reason to mantis_app;
grant update on column store_grant.reason_code to mantis_app;
grant update on column store_grant.state to mantis_app;
grant update on column store_grant.store_id to mantis_app;
grant update on column store_grant.web_login_cipher to mantis_app;
grant select on column woo_customer_sync_queue_line."position" to mantis_system;
grant update on column woo_customer_sync_queue_line.alone to mantis_app;
grant update on column woo_customer_sync_queue_line.attempts to mantis_app;
grant update on column woo_customer_sync_queue_line.deaths to mantis_app;
grant update on column woo_customer_sync_queue_line.error_code to mantis_app;
grant update on column woo_customer_sync_queue_line.error_message to mantis_app;
grant update on column woo_customer_sync_queue_line.fetched_at to mantis_app;
grant update on column woo_customer_sync_queue_line.lease_token to mantis_app;
grant update on column woo_customer_sync_queue_line.lease_until to mantis_app;
grant select on column woo_customer_sync_queue_line.lease_until to mantis_system;
grant update on column woo_customer_sync_queue_line.next_attempt_at to mantis_app;
grant select on column woo_customer_sync_queue_line.next_attempt_at to mantis_system;
grant select on column woo_customer_sync_queue_line.org_id to mantis_cascade;
grant select on column woo_customer_sync_queue_line.org_id to mantis_system;
grant update on column woo_customer_sync_queue_line.outcome to mantis_app;
grant update on column woo_customer_sync_queue_line.payload to mantis_app;
grant update on column woo_customer_sync_queue_line.processed_at to mantis_app;
grant select on column woo_customer_sync_queue_line.queue_id to mantis_cascade;
grant select on column woo_customer_sync_queue_line.queue_id to mantis_system;
grant update on column woo_customer_sync_queue_line.round to mantis_app;
grant update on column woo_customer_sync_queue_line.state to mantis_app;
grant select on column woo_customer_sync_queue_line.state to mantis_system;
grant update on column woo_customer_sync_queue_line.worker_id to mantis_app;
grant select on column woo_customer_sync_queue_line.worker_id to mantis_system;
grant select on column woo_store.cipher_key_id to mantis_system;
grant select on column woo_store.diagnosed_at to mantis_system;
grant select on column woo_store.id to mantis_system;
grant select on column woo_store.org_id to mantis_system;
grant select on column woo_store.pause_code to mantis_system;
grant select on column woo_store.paused_at to mantis_system;
grant select on column woo_store.paused_by to mantis_system;
grant select on column woo_store.state to mantis_system;
grant update on column woo_webhook_delivery.queue_id to mantis_app;
grant update on column woo_webhook_delivery.received_at to mantis_app;
grant select on column woo_webhook_delivery.received_at to mantis_system;
grant update on column woo_webhook_delivery.state to mantis_app;
grant select on column woo_webhook_delivery.state to mantis_system;
grant select on column woo_webhook_delivery.store_id to mantis_system;
grant select on column woo_webhook_endpoint.checked_at to mantis_system;
grant select on column woo_webhook_endpoint.cipher_key_id to mantis_system;
grant select on column woo_webhook_endpoint.gap_since to mantis_system;
grant select on column woo_webhook_endpoint.last_delivery_at to mantis_system;
grant select on column woo_webhook_endpoint.org_id to mantis_system;
grant select on column woo_webhook_endpoint.state to mantis_system;
grant select on column woo_webhook_endpoint.store_id to mantis_system;
grant execute on function mantis.delete_expired_sign_in_data() to mantis_system;
grant execute on function mantis.enqueue_job(text,uuid,timestamp with time zone) to mantis_app;
grant execute on function mantis.enqueue_store_job(text,uuid,timestamp with time zone) to mantis_app;
grant execute on function mantis.find_customers(text[],uuid,text,text,boolean,text,text,text,bigint,integer,integer) to mantis_app;
grant execute on function mantis.invited_email(uuid) to mantis_app;
grant execute on function mantis.job_load() to mantis_system;
grant execute on function mantis.member_email(uuid) to mantis_app;
grant execute on function mantis.organisation_name() to mantis_app;
grant execute on function mantis.ring(text,uuid,timestamp with time zone) to mantis_app;
grant execute on function mantis.ring_store(text,uuid,timestamp with time zone) to mantis_app;
grant usage on schema mantis to mantis_app;
grant usage on schema mantis to mantis_cascade;
grant usage on schema mantis to mantis_retention;
grant usage on schema mantis to mantis_runtime;
grant usage on schema mantis to mantis_search;
grant usage on schema mantis to mantis_system;
grant usage on schema public to public;
grant delete, insert, select, update on table api_call_count to mantis_app;
grant delete, insert, select, update on table auth_account to mantis_runtime;
grant delete, insert, select, update on table auth_api_key to mantis_runtime;
grant delete, insert, select, update on table auth_passkey to mantis_runtime;
grant delete, insert, select, update on table auth_rate_limit to mantis_runtime;
grant delete, insert, select, update on table auth_session to mantis_runtime;
grant delete, insert, select, update on table auth_sign_in_failure to mantis_runtime;
grant delete, insert, select, update on table auth_usage to mantis_runtime;
grant delete, insert, select, update on table auth_user to mantis_runtime;
grant delete, insert, select, update on table auth_verification to mantis_runtime;
grant insert, select, update on table customer to mantis_app;
grant delete on table customer to mantis_cascade;
grant delete, insert, select on table customer_change to mantis_app;
grant delete, select on table customer_change to mantis_retention;
grant delete, insert, select, update on table guest to mantis_app;
grant delete, insert, select, update on table notification_channel to mantis_app;
grant delete, insert, select, update on table notification_event to mantis_app;
grant delete, insert, select, update on table notification_incident to mantis_app;
grant delete, insert, select, update on table notification_message to mantis_app;
grant delete, insert, select, update on table organization to mantis_runtime;
grant insert, select on table organization_activity to mantis_app;
grant delete, insert, select, update on table organization_invitation to mantis_runtime;
grant delete, insert, select, update on table organization_member to mantis_runtime;
grant insert, select, update on table organization_settings to mantis_app;
grant select on table organization_settings to mantis_retention;
grant insert, select, update on table store_freshness to mantis_app;
grant delete, insert, select on table store_grant to mantis_app;
grant delete on table store_grant to mantis_retention;
grant delete, insert, select, update on table sync_schedule to mantis_app;
grant select on table sync_schedule to mantis_system;
grant select on table sync_worker to mantis_app;
grant delete, insert, select, update on table sync_worker to mantis_system;
grant insert, select, update on table woo_customer_sync_queue to mantis_app;
grant delete, select on table woo_customer_sync_queue to mantis_retention;
grant select on table woo_customer_sync_queue to mantis_system;
grant insert, select on table woo_customer_sync_queue_line to mantis_app;
grant delete on table woo_customer_sync_queue_line to mantis_cascade;
grant delete, select on table woo_customer_sync_queue_line to mantis_retention;
grant delete, insert, select, update on table woo_store to mantis_app;
grant insert, select on table woo_sync_activity to mantis_app;
grant delete, select on table woo_sync_activity to mantis_retention;
grant delete, insert, select, update on table woo_webhook to mantis_app;
grant insert, select on table woo_webhook_delivery to mantis_app;
grant delete, select on table woo_webhook_delivery to mantis_retention;
grant insert, select, update on table woo_webhook_endpoint to mantis_app;
grant insert, select, update on table woo_webhook_refusal to mantis_app;
grant delete, select on table woo_webhook_refusal to mantis_retention;
