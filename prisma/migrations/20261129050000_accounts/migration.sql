-- Invitations by a secret link, limits for people and mails, and lengths of what people type.

alter table organization_invitation
  -- SHA-256 of the secret in the link, in hexadecimal. Null for older invitations, which can be sent again.
  add column token_hash text unique check (length(token_hash) = 64),
  -- Whether the link went by mail alone, so that whoever opens it reads the mail of that address.
  add column is_mailed boolean not null default false;

-- Whoever is no owner any more invites nobody: their open invitations are cancelled with their role.
create function mantis.cancel_invitations() returns trigger
language plpgsql
set search_path = public, pg_temp
as $$
begin
  if tg_op = 'DELETE' or new.role <> 'owner' then
    update organization_invitation set status = 'canceled'
     where organization_id = old.organization_id and inviter_id = old.user_id and status = 'pending';
  end if;
  return null;
end
$$;
create trigger cancel_invitations after update of role or delete on organization_member
  for each row when (old.role = 'owner') execute function mantis.cancel_invitations();

-- How often people did what is limited, by the minute, hour or day that began at `period`.
create table auth_usage (
  kind    text not null check (kind in (
            'person_call', 'mail', 'invitation_by_person', 'invitation_by_organisation')),
  -- The id of a person or organisation, or the SHA-256 of an address.
  subject text not null check (length(subject) <= 64),
  period  timestamptz not null,
  count   integer not null check (count > 0),
  primary key (kind, subject, period)
);

-- Wrong passwords by account, whether it exists or not, from whatever address they come.
create table auth_sign_in_failure (
  -- SHA-256 of the address that was given, in hexadecimal.
  account       text primary key check (length(account) = 64),
  count         integer not null check (count > 0),
  last_at       timestamptz not null,
  blocked_until timestamptz not null
);

grant select, insert, update, delete on auth_usage, auth_sign_in_failure to mantis_runtime;

-- Trials of a connection have a limit of their own: each is a request to an address that a member chose.
alter table api_call_count
  drop constraint api_call_count_kind_check,
  add constraint api_call_count_kind_check check (kind in ('call', 'start', 'trial'));

update auth_user set name = left(name, 200) where length(name) > 200;
alter table auth_user
  add constraint auth_user_name_check check (length(name) <= 200),
  add constraint auth_user_email_check check (length(email) <= 320);
update organization set name = left(name, 200) where length(name) > 200;
alter table organization
  add constraint organization_name_check check (length(name) <= 200),
  add constraint organization_slug_check check (length(slug) <= 100);
alter table auth_api_key add constraint auth_api_key_name_check check (length(name) <= 200);
-- What is kept already may be longer, and is never changed.
alter table organization_activity
  add constraint organization_activity_actor_name_check check (length(actor_name) <= 200) not valid;
alter table woo_sync_activity
  add constraint woo_sync_activity_actor_name_check check (length(actor_name) <= 200) not valid;

-- Removes what has expired of sign-in, and counters of the past. Returns how many rows.
create function mantis.delete_expired_sign_in_data() returns bigint
language sql security definer
set search_path = public, pg_temp
as $$
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
$$;
revoke execute on function mantis.delete_expired_sign_in_data() from public;
grant execute on function mantis.delete_expired_sign_in_data() to mantis_system;
