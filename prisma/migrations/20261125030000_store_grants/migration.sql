-- One click at the shop (WooCommerce's wc-auth): a grant that somebody began, until the shop answers it.

create table store_grant (
  id            uuid not null default gen_random_uuid(),
  org_id        uuid not null references organization (id) on delete cascade,
  -- sha256 of the one-time number that the shop sends back with the keys; the number itself is not kept.
  nonce_hash    bytea not null check (length(nonce_hash) = 32),
  begun_by_id   text not null,
  begun_by_name text,
  -- The shop's own address: keys of any other shop are refused.
  store_url     text not null,
  name          text not null,
  settings      jsonb not null default '{}',
  time_zone     text not null default 'UTC',
  schedules     text not null check (schedules in ('quarter_hourly', 'hourly', 'nightly', 'none')),
  scope         text not null check (scope in ('read', 'read_write')),
  -- verifying: the shop has answered, and its keys are being tried; nobody answers a second time.
  state         text not null default 'waiting' check (state in ('waiting', 'verifying', 'connected', 'refused')),
  reason_code   text,
  reason        text,
  store_id      uuid,
  created_at    timestamptz not null default mantis.now(),
  expires_at    timestamptz not null,
  ended_at      timestamptz,
  primary key (id),
  unique (nonce_hash),
  foreign key (org_id, store_id) references woo_store (org_id, id) on delete cascade,
  check ((state = 'connected') = (store_id is not null)),
  check ((state = 'refused') = (reason_code is not null and reason is not null)),
  check ((state in ('connected', 'refused')) = (ended_at is not null))
);
create index store_grant_org_idx on store_grant (org_id, expires_at);

alter table store_grant enable row level security;
alter table store_grant force row level security;
create policy own_organisation on store_grant to mantis_app
  using (org_id = (select mantis.org_id())) with check (org_id = (select mantis.org_id()));
grant select, insert, delete on store_grant to mantis_app;
grant update (state, reason_code, reason, store_id, ended_at) on store_grant to mantis_app;

-- What a shop sends names no organisation.
create policy every_organisation on store_grant for select to mantis_system using (true);
grant select (org_id, nonce_hash) on store_grant to mantis_system;
