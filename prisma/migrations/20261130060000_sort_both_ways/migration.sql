-- Lists of customers in both directions: by name from Z to A, and the oldest change first.

-- Only the owner of a function may replace it.
do $$
begin
  perform pg_advisory_xact_lock(hashtext('mantis roles'));
  execute format('grant mantis_search to %I', current_user);
end $$;
grant create on schema mantis to mantis_search;

CREATE OR REPLACE FUNCTION mantis.find_customers(words text[], in_store uuid, with_role text, with_country text, paying boolean, status text, sort text, after_key text, after_id bigint, wanted integer, count_to integer, OUT ids bigint[], OUT next_key text, OUT next_id bigint, OUT total integer, OUT is_exact boolean)
 RETURNS record
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  rows_to_walk constant integer := 3000;
  patterns text[];
  -- That each word is met by one of its patterns.
  fitting text;
  is_indexed boolean;
  -- A row's place in the list, and the columns by which it is compared.
  place text := case sort
    when 'name' then 'sort_name as key, id as key_id'
    when 'name_desc' then 'sort_name as key, id as key_id'
    when 'store' then 'store_id::text as key, woo_id as key_id'
    else $key$to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as key, id as key_id$key$
  end;
  ordering text := case sort
    when 'name' then 'c.sort_name, c.id'
    when 'name_desc' then 'c.sort_name desc, c.id desc'
    when 'changed_asc' then 'c.updated_at, c.id'
    when 'store' then 'c.store_id, c.woo_id'
    else 'c.updated_at desc, c.id desc'
  end;
  beginning text := case
    when after_key is null then ''
    when sort = 'name' then 'and (c.sort_name, c.id) > ($8 collate "C", $9)'
    when sort = 'name_desc' then 'and (c.sort_name, c.id) < ($8 collate "C", $9)'
    when sort = 'changed_asc' then 'and (c.updated_at, c.id) > ($8::timestamptz, $9)'
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
  with pattern as (
    select word, row_number() over (order by word, alternative) as n,
           case when length(folded) < 3 and folded !~ '^[[:punct:]]' then '% ' else '%' end
             || translate(replace(replace(replace(folded, '\', '\\'), '%', '\%'), '_', '\_'), chr(1), '_')
             || '%' as pattern,
           -- A trigram index knows three characters in a row, or the beginning of a word.
           folded ~ '\w{3}' or (length(folded) < 3 and folded ~ '^\w') as is_indexed
      from unnest(words[1:8]) with ordinality word (alternatives, word)
     cross join lateral string_to_table(alternatives, ' ') with ordinality alternative (value, alternative)
     cross join lateral mantis.fold(value) folded
     where folded <> ''),
  condition as (
    select word, bool_and(pattern.is_indexed) as is_indexed,
           format('and (%s)', string_agg(format('c.search_text like ($1)[%s]', n), ' or ' order by n)) as fitting
      from pattern group by word)
  select array(select pattern.pattern from pattern order by n),
         coalesce(string_agg(condition.fitting, ' ' order by word), ''),
         coalesce(bool_or(condition.is_indexed), false)
    into patterns, fitting, is_indexed
    from condition;
  ids := '{}';
  is_exact := true;
  for known in execute format(
    'select id, %1$s, is_near, is_near and is_hit as is_hit, row
       from (select walked.*, row_number() over () as row
               from (select c.id, c.woo_id, c.store_id, c.updated_at, c.sort_name,
                            ($3 is null or c.role = $3) and ($4 is null or c.country = $4)
                              %6$s as is_near,
                            ($5 is null or c.is_paying_customer = $5)
                              and ($6 = ''all'' or (c.deleted_at is null) = ($6 = ''living'')) as is_hit
                       from public.customer c
                      where c.org_id = $10 %2$s %3$s %4$s
                      order by %5$s limit $7) walked) numbered
      where is_near or row = $7',
    place,
    case when in_store is not null then 'and c.store_id = $2' else '' end,
    case when status = 'deleted' then 'and c.deleted_at is not null' else '' end,
    beginning, ordering, fitting)
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
     and (is_indexed or with_role is not null or with_country is not null
          or (in_store is not null and patterns = '{}')) then
    select * into candidate from mantis.find_rare_customers(
      patterns, fitting, in_store, with_role, with_country, paying, status, place, ordering, beginning,
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
$function$;

revoke create on schema mantis from mantis_search;
do $$
begin
  execute format('revoke mantis_search from %I', current_user);
end $$;
