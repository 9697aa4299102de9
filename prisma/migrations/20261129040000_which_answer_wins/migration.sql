-- Which of two answers about a customer is kept: see docs/freshness.md and chooseAnswer in sync-core.
-- Null in rows of before: such an answer counts as made at the moment of fetched_at.
alter table customer
  add column fetch_began_at timestamptz,
  add column last_source text;

alter table woo_customer_sync_queue_line
  add column fetch_began_at timestamptz;

create function mantis.choose_answer(
  known_began timestamptz, known_ended timestamptz, known_modified timestamptz, known_is_deletion boolean,
  known_source text,
  began timestamptz, ended timestamptz, modified timestamptz, is_deletion boolean, source text,
  at timestamptz)
returns text language sql immutable parallel safe as $$
  select case
    -- Nothing was read in the future: a wrong clock stamped the stored one.
    when known_ended > at then 'take'
    when began >= known_ended then 'take'
    when ended <= coalesce(known_began, known_ended) then 'keep'
    -- The readings overlap in time. A store does not give the id of a deleted customer to another one.
    when is_deletion then 'take'
    when known_is_deletion then 'ask_again'
    when modified > known_modified then 'take'
    when modified < known_modified then 'ask_again'
    when (source in ('webhook', 'retry')) > coalesce(known_source in ('webhook', 'retry'), false) then 'take'
    when (source in ('webhook', 'retry')) < coalesce(known_source in ('webhook', 'retry'), false) then 'ask_again'
    when ended >= known_ended then 'take'
    else 'ask_again'
  end
$$;

comment on function mantis.choose_answer is
  'The rule of chooseAnswer: take, keep or ask_again. A test proves that the two agree.';

-- How a store is talked to, and by what it is known.
alter table woo_store
  add column rest_prefix text not null default 'wp-json'
    check (rest_prefix ~ '^[^/].*[^/]$' and length(rest_prefix) <= 200),
  add column home text check (length(home) <= 2000),
  add column web_login_cipher bytea;

comment on column woo_store.home is 'The address by which the site knows itself: one shop, one store.';
comment on column woo_store.web_login_cipher is
  'User name and password of the web server in front of the store, sealed with cipher_key_id.';

-- Deliveries were lost until gap_until; the gap closes when everything was verified since.
alter table woo_webhook_endpoint add column gap_until timestamptz;
update woo_webhook_endpoint set gap_until = mantis.now() where gap_since is not null;

-- Meta data that an organisation does not count as content of a customer.
alter table organization_settings
  add column volatile_meta_keys text[] not null default '{}'
    check (cardinality(volatile_meta_keys) <= 100);
