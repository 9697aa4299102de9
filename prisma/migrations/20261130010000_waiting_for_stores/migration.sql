-- The lease of a discovery whose worker reads a response of the store (`markAnswer`).
alter table woo_customer_sync_queue add column discovery_answer_token uuid;

-- Jobs that wait for a store have two flags, so that a worker can leave those it has no place for: `store`,
-- and the organisation's id.
create or replace function mantis.enqueue_job(task text, run_id uuid, due timestamp with time zone DEFAULT NULL::timestamp with time zone)
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

create or replace function mantis.enqueue_store_job(task text, store_id uuid, due timestamp with time zone DEFAULT NULL::timestamp with time zone)
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
    job_key_mode => 'replace'
  );
end
$function$;
