-- What running processes need besides the roles that their transactions take on. A login that is a member
-- of this role and of those three owns nothing, so that no statement, injected or not, can switch row-level
-- security off (docs/configuration.md, "Two logins").
do $$
begin
  create role mantis_runtime nologin nobypassrls;
exception when duplicate_object or unique_violation then null;
end $$;

grant usage on schema mantis to mantis_runtime;
grant select on _prisma_migrations to mantis_runtime;
-- People, organisations and keys, for the API; tenant tables are for the other roles alone.
grant select, insert, update, delete on
  auth_user, organization, auth_session, auth_account, auth_verification, organization_member,
  organization_invitation, auth_api_key, auth_rate_limit
  to mantis_runtime;

-- Lets the runtime role use graphile-worker's tables, once their owner has installed them. To be called by
-- that owner, any number of times.
create function mantis.open_jobs() returns void
language plpgsql
set search_path = pg_catalog, pg_temp
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
revoke execute on function mantis.open_jobs() from public;
