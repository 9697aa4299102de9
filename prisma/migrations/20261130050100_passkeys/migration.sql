-- Passkeys of people. The private key stays in the authenticator; nothing here signs anybody in.
create table auth_passkey (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth_user (id) on delete cascade,
  name text check (length(name) <= 200),
  credential_id text not null unique check (length(credential_id) <= 2000),
  public_key text not null check (length(public_key) <= 8000),
  counter integer not null check (counter >= 0),
  device_type text not null check (length(device_type) <= 40),
  backed_up boolean not null,
  transports text check (length(transports) <= 200),
  aaguid text check (length(aaguid) <= 64),
  created_at timestamptz not null default now()
);
create index auth_passkey_user_id_idx on auth_passkey (user_id);
grant select, insert, update, delete on auth_passkey to mantis_runtime;

-- Whoever made an account for an address that is not theirs must not keep a way in once its owner proves it.
create function mantis.forget_unproven_passkeys() returns trigger
  language plpgsql set search_path = public, pg_temp as $$
begin
  delete from public.auth_passkey where user_id = new.id;
  return null;
end $$;

create trigger forget_unproven_passkeys
  after update of email_verified on auth_user
  for each row when (new.email_verified and not old.email_verified)
  execute function mantis.forget_unproven_passkeys();
