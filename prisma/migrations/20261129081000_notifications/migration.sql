-- Notifications: who is told, what happened, and what was sent.

-- An email channel belongs to a person, the others to the organisation.
create table notification_channel (
  id            uuid not null default gen_random_uuid(),
  org_id        uuid not null references organization (id) on delete cascade,
  kind          text not null check (kind in ('email', 'slack', 'json')),
  name          text not null check (length(name) between 1 and 100),
  user_id       uuid references auth_user (id) on delete cascade,
  -- The address is a secret: whoever knows it can post.
  url_cipher    bytea,
  cipher_key_id text,
  url_hint      text,
  topics        jsonb not null check (topics <@ '["run_needs_attention", "store_paused", "webhooks_disabled", "freshness_broken"]'),
  last_sent_at  timestamptz,
  last_error    text,
  created_at    timestamptz not null default mantis.now(),
  updated_at    timestamptz not null default mantis.now(),
  primary key (id),
  unique (org_id, id),
  unique (org_id, user_id),
  check ((kind = 'email') = (user_id is not null)),
  check ((kind = 'email') = (url_cipher is null)),
  check ((url_cipher is null) = (cipher_key_id is null) and (url_cipher is null) = (url_hint is null))
);

-- Something that needs a person, from when it was seen until it was gone.
create table notification_incident (
  id          uuid not null default gen_random_uuid(),
  org_id      uuid not null,
  store_id    uuid not null,
  topic       text not null check (topic in ('run_needs_attention', 'store_paused', 'webhooks_disabled', 'freshness_broken')),
  -- Runs are removed after a while.
  queue_id    uuid,
  code        text not null,
  opened_at   timestamptz not null default mantis.now(),
  resolved_at timestamptz,
  primary key (id),
  unique (org_id, id),
  foreign key (org_id, store_id) references woo_store (org_id, id) on delete cascade,
  check ((topic = 'run_needs_attention') = (queue_id is not null))
);
-- Several workers look at the same time: one incident each.
create unique index notification_incident_open_idx
  on notification_incident (org_id, store_id, topic, queue_id) nulls not distinct where resolved_at is null;
create index notification_incident_resolved_idx on notification_incident (org_id, resolved_at);

-- One message to one channel; sent again, it is the same message under the same id.
create table notification_message (
  id              uuid not null default gen_random_uuid(),
  org_id          uuid not null,
  channel_id      uuid not null,
  phase           text not null check (phase in ('opened', 'resolved')),
  state           text not null default 'pending' check (state in ('pending', 'sent', 'failed')),
  attempts        integer not null default 0 check (attempts >= 0),
  next_attempt_at timestamptz not null default mantis.now(),
  created_at      timestamptz not null default mantis.now(),
  ended_at        timestamptz,
  primary key (id),
  unique (org_id, id),
  foreign key (org_id, channel_id) references notification_channel (org_id, id) on delete cascade,
  check ((state = 'pending') = (ended_at is null))
);
create index notification_message_channel_idx on notification_message (org_id, channel_id, created_at);
create index notification_message_pending_idx on notification_message (next_attempt_at) where state = 'pending';

-- What a channel is to be told, each thing once; without a message until one is put together.
create table notification_event (
  org_id      uuid not null,
  incident_id uuid not null,
  channel_id  uuid not null,
  phase       text not null check (phase in ('opened', 'resolved')),
  message_id  uuid,
  created_at  timestamptz not null default mantis.now(),
  primary key (incident_id, channel_id, phase),
  foreign key (org_id, incident_id) references notification_incident (org_id, id) on delete cascade,
  foreign key (org_id, channel_id) references notification_channel (org_id, id) on delete cascade,
  foreign key (org_id, message_id) references notification_message (org_id, id) on delete cascade
);
create index notification_event_open_idx on notification_event (org_id, channel_id, phase) where message_id is null;
create index notification_event_message_idx on notification_event (org_id, message_id);

do $$
declare
  name text;
begin
  foreach name in array array['notification_channel', 'notification_incident', 'notification_message', 'notification_event'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy own_organisation on %I to mantis_app
      using (org_id = (select mantis.org_id())) with check (org_id = (select mantis.org_id()))', name);
    execute format('grant select, insert, update, delete on %I to mantis_app', name);
  end loop;
end
$$;

-- A worker looks after every organisation that has somebody to tell.
create policy every_organisation on notification_channel for select to mantis_system using (true);
grant select (org_id) on notification_channel to mantis_system;

-- Who is told is known by the tables of people, which tenants cannot read: only what a message needs.

-- The email address of a member of the organisation; null for anybody else.
create function mantis.member_email(member_id uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select person.email
    from public.auth_user person
    join public.organization_member member on member.user_id = person.id
   where person.id = member_id and member.organization_id = mantis.org_id()
$$;

create function mantis.organisation_name() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select name from public.organization where id = mantis.org_id()
$$;

revoke execute on function mantis.member_email(uuid), mantis.organisation_name() from public;
grant execute on function mantis.member_email(uuid), mantis.organisation_name() to mantis_app;
