-- A foreign key is checked row by row: 15 to 20 microseconds for each customer and each line, a fifth of what
-- a customer costs the database. All rows of a statement have the same store or run, so triggers check these
-- once per statement instead, under the same locks, and delete the rows of a deleted store or run.

-- Deletes rows of every organisation, but sees only their keys. It has no login and no member, and owns the
-- two functions that delete.
do $$
begin
  create role mantis_cascade nologin nobypassrls;
exception when duplicate_object or unique_violation then null;
end $$;
do $$
begin
  perform pg_advisory_xact_lock(hashtext('mantis roles'));
  execute format('grant mantis_cascade to %I', current_user);
end $$;
grant usage on schema mantis to mantis_cascade;
grant select (org_id, store_id), delete on customer to mantis_cascade;
grant select (org_id, queue_id), delete on woo_customer_sync_queue_line to mantis_cascade;
create policy cascade_select on customer for select to mantis_cascade using (true);
create policy cascade_delete on customer for delete to mantis_cascade using (true);
create policy cascade_select on woo_customer_sync_queue_line for select to mantis_cascade using (true);
create policy cascade_delete on woo_customer_sync_queue_line for delete to mantis_cascade using (true);

create function mantis.delete_customers_of_store() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from customer where org_id = old.org_id and store_id = old.id;
  return null;
end $$;
create function mantis.delete_lines_of_run() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from woo_customer_sync_queue_line where org_id = old.org_id and queue_id = old.id;
  return null;
end $$;
revoke execute on function mantis.delete_customers_of_store(), mantis.delete_lines_of_run() from public;
create trigger delete_customers after delete on woo_store
  for each row execute function mantis.delete_customers_of_store();
create trigger delete_lines after delete on woo_customer_sync_queue
  for each row execute function mantis.delete_lines_of_run();
grant create on schema mantis to mantis_cascade;
alter function mantis.delete_customers_of_store() owner to mantis_cascade;
alter function mantis.delete_lines_of_run() owner to mantis_cascade;
revoke create on schema mantis from mantis_cascade;
do $$
begin
  execute format('revoke mantis_cascade from %I', current_user);
end $$;

-- Customers: the lock keeps the store until this transaction ends.
create function mantis.require_stores() returns trigger language plpgsql as $$
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
end $$;
create trigger require_stores after insert on customer
  referencing new table as became for each statement execute function mantis.require_stores();

-- Lines: counting them has locked their runs.
create or replace function mantis.count_inserted_lines() returns trigger language plpgsql as $$
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
end $$;
-- The lines of a deleted run are counted nowhere.
create or replace function mantis.count_deleted_lines() returns trigger language plpgsql as $$
begin
  if current_user not in ('mantis_retention', 'mantis_cascade') then
    perform mantis.add_line_steps(array_agg((queue_id, state, outcome, -1)::mantis.line_step)) from was;
  end if;
  return null;
end $$;

-- Nothing moves to another store or run; lines are kept by count_updated_lines.
create trigger refuse_move before update of org_id, store_id on customer
  for each row when ((old.org_id, old.store_id) is distinct from (new.org_id, new.store_id))
  execute function mantis.refuse();
create trigger refuse_move before update of org_id, id on woo_store
  for each row when ((old.org_id, old.id) is distinct from (new.org_id, new.id))
  execute function mantis.refuse();
create trigger refuse_move before update of org_id, id on woo_customer_sync_queue
  for each row when ((old.org_id, old.id) is distinct from (new.org_id, new.id))
  execute function mantis.refuse();

-- A foreign key also keeps its parent from being truncated.
create trigger refuse_truncate before truncate on woo_store
  for each statement execute function mantis.refuse();
create trigger refuse_truncate before truncate on woo_customer_sync_queue
  for each statement execute function mantis.refuse();

alter table customer drop constraint customer_org_id_store_id_fkey;
alter table woo_customer_sync_queue_line drop constraint woo_customer_sync_queue_line_org_id_queue_id_fkey;
