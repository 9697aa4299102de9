-- Customers found by a part of what is known of them. The tables' owner has to be allowed to create in
-- the database; else an administrator installs these two, which are trusted, beforehand.
create extension if not exists pg_trgm;
create extension if not exists btree_gin;

-- Small letters without accents, so that `muller` finds `Müller`. Immutable, for what follows is kept.
create function mantis.fold(value text) returns text
language sql immutable strict parallel safe
return case
  when octet_length(value) = char_length(value) then lower(value)
  else replace(replace(replace(translate(
         lower(regexp_replace(normalize(value, nfkd), E'[\u0300-\u036F]', '', 'g')),
         'øłđðħı', 'olddhi'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe')
end;

-- A space before each field, so that the beginning of a word can be told; a phone number also without
-- what people write between its digits. Rewrites the table, and lets nobody at it meanwhile.
alter table customer
  add column search_text text not null generated always as (
    mantis.fold(' ' || first_name || ' ' || last_name || ' ' || company || ' ' || coalesce(email, '') || ' '
                || username || ' ' || city || ' ' || phone)
    || ' ' || regexp_replace(phone, '\D', '', 'g')
  ) stored,
  -- By what a list of names goes, for those without a name too.
  add column sort_name text collate "C" not null generated always as (
    left(mantis.fold(coalesce(
      nullif(btrim(last_name || ' ' || first_name), ''), nullif(company, ''), email, username)), 200)
  ) stored;

-- The order of the columns of a GIN index means nothing; org_id keeps organisations out of each other's way.
do $$
declare
  operators name := (select nspname from pg_opclass join pg_namespace on pg_namespace.oid = opcnamespace
                      where opcname = 'gin_trgm_ops');
begin
  execute format(
    'create index customer_search_idx on customer
       using gin (org_id, store_id, role, country, search_text %I.gin_trgm_ops)', operators);
end $$;
create index customer_changed_idx on customer (org_id, updated_at, id);
create index customer_store_changed_idx on customer (org_id, store_id, updated_at, id);
create index customer_name_idx on customer (org_id, sort_name, id);
create index customer_deleted_changed_idx on customer (org_id, updated_at, id) where deleted_at is not null;
create index customer_deleted_name_idx on customer (org_id, sort_name, id) where deleted_at is not null;

-- The operators of a trigram index are not leakproof, so under a policy that compares organisations the
-- planner has to leave the index alone. This role's policy compares nothing: it may search all customers,
-- but sees only the columns that searching takes, has no login and no member, and owns the two functions
-- below, which compare the organisation themselves and give out nothing but ids and sort keys.
do $$
begin
  create role mantis_search nologin nobypassrls;
exception when duplicate_object or unique_violation then null;
end $$;
do $$
begin
  perform pg_advisory_xact_lock(hashtext('mantis roles'));
  execute format('grant mantis_search to %I', current_user);
end $$;
grant usage on schema mantis to mantis_search;
grant select (id, org_id, store_id, woo_id, role, country, is_paying_customer, updated_at, deleted_at, search_text, sort_name)
  on customer to mantis_search;
create policy search on customer for select to mantis_search using (true);

-- Customers of the transaction's organisation, by words that all have to occur, in the order of a list.
-- Bounded, whatever is asked: it walks some rows of the list, which finds what is frequent; if that does
-- not fill the page it asks the trigram index, which finds what is rare; and where neither is enough, it
-- says how far it has looked, to go on from there.
--
--   words      each matched anywhere, or, up to two letters, at the beginning of a word; at most 8
--   status     'living', 'deleted' or 'all'
--   sort       'changed', newest first; 'name'; or 'store' and WooCommerce id, which never move
--   after_key  with after_id: the place after which to begin, as next_key and next_id said it
--   wanted     ids at most
--   count_to   how far to count; 0 where nobody asks
--
-- Gives out the ids in order; the place to go on from, null at the end; and how many there are, at least
-- that many where it is not exact.
create function mantis.find_customers(
  words text[], in_store uuid, with_role text, with_country text, paying boolean, status text, sort text,
  after_key text, after_id bigint, wanted integer, count_to integer,
  out ids bigint[], out next_key text, out next_id bigint, out total integer, out is_exact boolean
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  rows_to_walk constant integer := 3000;
  patterns text[] := array(
    select case when length(word) < 3 then '% ' else '%' end
           || replace(replace(replace(word, '\', '\\'), '%', '\%'), '_', '\_') || '%'
      from (select mantis.fold(value) as word from unnest(words[1:8]) value) folded);
  -- A row's place in the list, and the columns by which it is compared.
  place text := case sort
    when 'name' then 'sort_name as key, id as key_id'
    when 'store' then 'store_id::text as key, woo_id as key_id'
    else $key$to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as key, id as key_id$key$
  end;
  ordering text := case sort
    when 'name' then 'c.sort_name, c.id'
    when 'store' then 'c.store_id, c.woo_id'
    else 'c.updated_at desc, c.id desc'
  end;
  beginning text := case
    when after_key is null then ''
    when sort = 'name' then 'and (c.sort_name, c.id) > ($8 collate "C", $9)'
    when sort = 'store' then 'and (c.store_id, c.woo_id) > ($8::uuid, $9)'
    else 'and (c.updated_at, c.id) < ($8::timestamptz, $9)'
  end;
  known record;
  -- How far it has walked, where the list goes on.
  end_key text;
  end_id bigint;
  near integer := 0;
  hits integer := 0;
  candidate record;
begin
  ids := '{}';
  is_exact := true;
  for known in execute format(
    'select id, %1$s, is_near, is_near and is_hit as is_hit, row
       from (select walked.*, row_number() over () as row
               from (select c.id, c.woo_id, c.store_id, c.updated_at, c.sort_name,
                            ($3 is null or c.role = $3) and ($4 is null or c.country = $4)
                              and c.search_text like all ($1) as is_near,
                            ($5 is null or c.is_paying_customer = $5)
                              and ($6 = ''all'' or (c.deleted_at is null) = ($6 = ''living'')) as is_hit
                       from public.customer c
                      where c.org_id = $10 %2$s %3$s %4$s
                      order by %5$s limit $7) walked) numbered
      where is_near or row = $7',
    place,
    case when in_store is not null then 'and c.store_id = $2' else '' end,
    case when status = 'deleted' then 'and c.deleted_at is not null' else '' end,
    beginning, ordering)
    using patterns, in_store, with_role, with_country, paying, status, rows_to_walk, after_key, after_id,
      mantis.org_id()
  loop
    near := near + known.is_near::integer;
    if known.row = rows_to_walk then
      end_key := known.key;
      end_id := known.key_id;
    end if;
    if known.is_hit then
      hits := hits + 1;
      if hits <= wanted then
        ids := ids || known.id;
        next_key := known.key;
        next_id := known.key_id;
      end if;
    end if;
    exit when hits > wanted and hits > count_to;
  end loop;
  total := hits;
  if hits > wanted then
    is_exact := end_key is null and hits <= count_to;
    return;
  end if;
  if end_key is null then
    next_key := null;
    next_id := null;
    return;
  end if;
  -- Were what the index knows frequent, the index would give out too much.
  if near * 50 <= rows_to_walk
     and (with_role is not null or with_country is not null or in_store is not null or patterns <> '{}') then
    select * into candidate from mantis.find_rare_customers(
      patterns, in_store, with_role, with_country, paying, status, place, ordering, beginning,
      after_key, after_id, wanted);
    if candidate.ids is not null then
      ids := candidate.ids;
      next_key := candidate.next_key;
      next_id := candidate.next_id;
      total := candidate.total;
      return;
    end if;
  end if;
  next_key := end_key;
  next_id := end_id;
  is_exact := false;
end
$$;

-- The part of mantis.find_customers that asks the trigram index. Gives out nothing where there are too
-- many to sort.
create function mantis.find_rare_customers(
  patterns text[], in_store uuid, with_role text, with_country text, paying boolean, status text,
  place text, ordering text, beginning text, after_key text, after_id bigint, wanted integer,
  out ids bigint[], out next_key text, out next_id bigint, out total integer
)
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- With a limit and no order, reading the table until there are enough looks cheap.
set enable_seqscan = off
set enable_indexscan = off
as $$
declare
  most constant integer := 5000;
  hit record;
begin
  total := 0;
  for hit in execute format(
    'select %1$s, id, count(*) over () as total
       from (select c.id, c.woo_id, c.store_id, c.updated_at, c.sort_name
               from public.customer c
              where c.org_id = $11 %2$s %3$s
                and ($2 is null or c.store_id = $2) and ($3 is null or c.role = $3)
                and ($4 is null or c.country = $4) and ($5 is null or c.is_paying_customer = $5)
                and ($6 = ''all'' or (c.deleted_at is null) = ($6 = ''living''))
              limit $7 + 1) c
      order by %4$s limit $10 + 1',
    place,
    (select string_agg(format('and c.search_text like ($1)[%s]', n), ' ') from generate_subscripts(patterns, 1) n),
    beginning, ordering)
    using patterns, in_store, with_role, with_country, paying, status, most, after_key, after_id, wanted,
      mantis.org_id()
  loop
    total := hit.total;
    if total > most then
      return;
    end if;
    ids := coalesce(ids, '{}');
    if cardinality(ids) = wanted then
      return;
    end if;
    ids := ids || hit.id;
    next_key := hit.key;
    next_id := hit.key_id;
  end loop;
  ids := coalesce(ids, '{}');
  next_key := null;
  next_id := null;
end
$$;

revoke execute on function
  mantis.find_customers(text[], uuid, text, text, boolean, text, text, text, bigint, integer, integer),
  mantis.find_rare_customers(text[], uuid, text, text, boolean, text, text, text, text, text, bigint, integer)
  from public;
grant execute on function
  mantis.find_customers(text[], uuid, text, text, boolean, text, text, text, bigint, integer, integer)
  to mantis_app;
grant create on schema mantis to mantis_search;
alter function mantis.find_customers(text[], uuid, text, text, boolean, text, text, text, bigint, integer, integer)
  owner to mantis_search;
alter function mantis.find_rare_customers(text[], uuid, text, text, boolean, text, text, text, text, text, bigint, integer)
  owner to mantis_search;
revoke create on schema mantis from mantis_search;
do $$
begin
  execute format('revoke mantis_search from %I', current_user);
end $$;
