-- Who may do what: three roles, and a log of what an organisation's people change.
--   viewer    reads
--   operator  reads, and runs the four actions
--   owner     all of it: stores, keys, members

update organization_member set role = case role when 'admin' then 'owner' when 'owner' then 'owner' else 'operator' end;
alter table organization_member
  alter column role set default 'viewer',
  add constraint organization_member_role_check check (role in ('owner', 'operator', 'viewer'));
update organization_invitation
   set role = case role when 'admin' then 'owner' when 'owner' then 'owner' else 'operator' end;
alter table organization_invitation
  alter column role set not null,
  add constraint organization_invitation_role_check check (role in ('owner', 'operator', 'viewer')),
  add constraint organization_invitation_status_check
    check (status in ('pending', 'accepted', 'rejected', 'canceled'));
create unique index organization_invitation_pending_idx
  on organization_invitation (organization_id, lower(email)) where status = 'pending';

-- Keys from before there were scopes go on doing what they did.
update auth_api_key set permissions = '{"mantis":["admin"]}' where permissions is null;

-- An organisation always has somebody who may manage it.
create function mantis.keep_an_owner() returns trigger
language plpgsql
as $$
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
$$;
create constraint trigger keep_an_owner after update or delete on organization_member
  deferrable initially deferred
  for each row when (old.role = 'owner') execute function mantis.keep_an_owner();

-- What the people of an organisation changed about it: members, invitations, keys. Append-only.
create table organization_activity (
  id         bigint generated always as identity primary key,
  org_id     uuid not null references organization (id) on delete cascade,
  at         timestamptz not null default mantis.now(),
  event      text not null,
  message    text not null check (length(message) <= 2000),
  actor_type text not null check (actor_type in ('user', 'api_key', 'cron', 'webhook', 'system')),
  actor_id   text,
  actor_name text,
  data       jsonb not null default '{}'
);
create index organization_activity_org_idx on organization_activity (org_id, id desc);
alter table organization_activity enable row level security;
alter table organization_activity force row level security;
create policy own_organisation on organization_activity to mantis_app
  using (org_id = (select mantis.org_id())) with check (org_id = (select mantis.org_id()));
grant select, insert on organization_activity to mantis_app;
create trigger refuse_update before update on organization_activity
  for each statement execute function mantis.refuse();

-- Calls of an organisation by the minute, over all API processes.
create table api_call_count (
  org_id uuid not null references organization (id) on delete cascade,
  minute timestamptz not null,
  kind   text not null check (kind in ('call', 'start')),
  count  integer not null check (count > 0),
  primary key (org_id, minute, kind)
);
alter table api_call_count enable row level security;
alter table api_call_count force row level security;
create policy own_organisation on api_call_count to mantis_app
  using (org_id = (select mantis.org_id())) with check (org_id = (select mantis.org_id()));
grant select, insert, update, delete on api_call_count to mantis_app;

-- The system's role finds work over all organisations: it needs no keys and no customers for that.
revoke select on woo_store, woo_customer_sync_queue_line from mantis_system;
grant select (org_id, id, state, cipher_key_id) on woo_store to mantis_system;
grant select (org_id, queue_id, position, state, next_attempt_at, lease_until, worker_id)
  on woo_customer_sync_queue_line to mantis_system;
grant select (cipher_key_id) on woo_webhook_endpoint to mantis_system;
