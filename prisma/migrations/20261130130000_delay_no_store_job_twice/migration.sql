-- A delayed job that is enqueued again keeps its time; otherwise a steady stream would delay it for good.
create or replace function mantis.enqueue_store_job(task text, store_id uuid, due timestamp with time zone default null)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $function$
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
