-- People, organisations and keys, as better-auth keeps them. Only the API's login role reads these;
-- the application roles of the next migration have no right to them.

create table auth_user (
  id             uuid primary key default gen_random_uuid(),
  name           text not null,
  email          text not null unique,
  email_verified boolean not null default false,
  image          text,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now()
);

create table organization (
  id         uuid primary key default gen_random_uuid(),
  name       text not null,
  slug       text not null unique,
  logo       text,
  metadata   text,
  created_at timestamptz not null default now()
);

create table auth_session (
  id                     uuid primary key default gen_random_uuid(),
  user_id                uuid not null references auth_user (id) on delete cascade,
  token                  text not null unique,
  expires_at             timestamptz not null,
  ip_address             text,
  user_agent             text,
  active_organization_id uuid references organization (id) on delete set null,
  created_at             timestamptz not null default now(),
  updated_at             timestamptz not null default now()
);
create index auth_session_user_id_idx on auth_session (user_id);

create table auth_account (
  id                       uuid primary key default gen_random_uuid(),
  user_id                  uuid not null references auth_user (id) on delete cascade,
  account_id               text not null,
  provider_id              text not null,
  access_token             text,
  refresh_token            text,
  id_token                 text,
  access_token_expires_at  timestamptz,
  refresh_token_expires_at timestamptz,
  scope                    text,
  password                 text,
  created_at               timestamptz not null default now(),
  updated_at               timestamptz not null default now()
);
create index auth_account_user_id_idx on auth_account (user_id);

create table auth_verification (
  id         uuid primary key default gen_random_uuid(),
  identifier text not null,
  value      text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index auth_verification_identifier_idx on auth_verification (identifier);

create table organization_member (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organization (id) on delete cascade,
  user_id         uuid not null references auth_user (id) on delete cascade,
  role            text not null default 'member',
  created_at      timestamptz not null default now(),
  unique (organization_id, user_id)
);
create index organization_member_user_id_idx on organization_member (user_id);

create table organization_invitation (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organization (id) on delete cascade,
  email           text not null,
  role            text,
  status          text not null default 'pending',
  expires_at      timestamptz not null,
  inviter_id      uuid not null references auth_user (id) on delete cascade,
  created_at      timestamptz not null default now()
);
create index organization_invitation_organization_id_idx on organization_invitation (organization_id);
create index organization_invitation_email_idx on organization_invitation (email);

-- reference_id names the organisation that owns the key.
create table auth_api_key (
  id                     uuid primary key default gen_random_uuid(),
  config_id              text not null default 'default',
  reference_id           uuid not null references organization (id) on delete cascade,
  name                   text,
  start                  text,
  prefix                 text,
  key                    text not null unique,
  refill_interval        integer,
  refill_amount          integer,
  last_refill_at         timestamptz,
  enabled                boolean default true,
  rate_limit_enabled     boolean default false,
  rate_limit_time_window integer,
  rate_limit_max         integer,
  request_count          integer default 0,
  remaining              integer,
  last_request           timestamptz,
  expires_at             timestamptz,
  permissions            text,
  metadata               text,
  created_at             timestamptz not null default now(),
  updated_at             timestamptz not null default now()
);
create index auth_api_key_reference_id_idx on auth_api_key (reference_id);
create index auth_api_key_config_id_idx on auth_api_key (config_id);

create table auth_rate_limit (
  id           uuid primary key default gen_random_uuid(),
  key          text not null unique,
  count        integer not null,
  last_request bigint not null
);
