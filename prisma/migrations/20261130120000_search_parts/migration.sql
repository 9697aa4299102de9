-- A search asks the trigram index for fewer lists, and sooner: after 600 rows for what is very rare.

-- The words of a search as conditions on a customer `c`, whose $1 are the patterns.
--
--   fitting     each word is met by one of its forms
--   sought      the same for the trigram index. It knows three characters in a row, and the beginning of a word,
--               and each of its lists takes time: a word is looked up by parts that overlap as little as
--               possible, one of several forms by a regular expression, and what is found is then compared
--   is_indexed  the index knows at least one of the words
create function mantis.search_conditions(
  words text[], out patterns text[], out fitting text, out sought text, out is_indexed boolean
)
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  with form as (
    select word, row_number() over (order by word, alternative) as n, folded,
           length(folded) < 3 and folded !~ '^[[:punct:]]' as is_beginning
      from unnest(words[1:8]) with ordinality word (alternatives, word)
     cross join string_to_table(alternatives, ' ') with ordinality alternative (value, alternative)
     cross join mantis.fold(value) folded
     where folded <> ''),
  part as (
    select n, substr(run[1], least(at, length(run[1]) - 2), 3) as part
      from form
     cross join regexp_matches(folded, '[[:alnum:]]{3,}', 'g') run
     cross join generate_series(1, length(run[1]), 3) at
     union all
    select n, ' ' || substring(folded, '^[[:alnum:]]+')
      from form where is_beginning and folded ~ '^[[:alnum:]]'),
  parts as (
    select n, string_agg(format('and c.search_text like %L', '%' || part || '%'), ' ') as likes from part group by n),
  -- A character 1 stands for any one.
  condition as (
    select word, count(parts) = count(*) as is_indexed,
           string_agg(format('c.search_text like ($1)[%s]', n), ' or ' order by n) as fitting,
           case when count(parts) < count(*) then ''
                when count(*) = 1 then min(likes)
                else format('and c.search_text ~ %L', string_agg(
                  case when is_beginning then ' ' else '' end
                    || translate(regexp_replace(folded, '([^[:alnum:]\x01])', '\\\1', 'g'), chr(1), '.'),
                  '|' order by n)) end as sought
      from form left join parts using (n) group by word)
  select array(
           select case when is_beginning then '% ' else '%' end
                  || translate(replace(replace(replace(folded, '\', '\\'), '%', '\%'), '_', '\_'), chr(1), '_')
                  || '%'
             from form order by n),
         coalesce(string_agg(format('and (%s)', fitting), ' ' order by word), ''),
         -- `is true` keeps the index from looking up the complete word.
         coalesce(string_agg(format('%s and (%s) is true', sought, fitting), ' ' order by word), ''),
         coalesce(bool_or(is_indexed), false)
    into patterns, fitting, sought, is_indexed
    from condition;
end
$$;

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
-- A table without statistics looks small: all customers after a place would be read and sorted.
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
AS $function$
declare
  -- The walk has two steps if the index knows anything. After each the index is asked for what was rare so
  -- far: if it were frequent, the index would give out too much.
  rows_to_walk integer[] := '{600, 2400}';
  most_near constant integer[] := '{3, 60}';
  patterns text[];
  -- That each word is met by one of its patterns.
  fitting text;
  -- The same for the trigram index.
  sought text;
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
  beginning text := case sort
    when 'name' then 'and ($8 is null or (c.sort_name, c.id) > ($8 collate "C", $9))'
    when 'name_desc' then 'and ($8 is null or (c.sort_name, c.id) < ($8 collate "C", $9))'
    when 'changed_asc' then 'and ($8 is null or (c.updated_at, c.id) > ($8::timestamptz, $9))'
    when 'store' then 'and ($8 is null or (c.store_id, c.woo_id) > ($8::uuid, $9))'
    else 'and ($8 is null or (c.updated_at, c.id) < ($8::timestamptz, $9))'
  end;
  walk text;
  known record;
  from_key text;
  from_id bigint;
  -- How far it has walked, where the list goes on.
  end_key text := after_key;
  end_id bigint := after_id;
  near integer := 0;
  hits integer := 0;
  candidate record;
begin
  select * into patterns, fitting, sought, is_indexed from mantis.search_conditions(words);
  is_indexed := is_indexed or with_role is not null or with_country is not null
    or (in_store is not null and patterns = '{}');
  if not is_indexed then
    rows_to_walk := '{3000}';
  end if;
  ids := '{}';
  is_exact := true;
  walk := format(
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
    beginning, ordering, fitting);
  for step in 1 .. cardinality(rows_to_walk) loop
    from_key := end_key;
    from_id := end_id;
    end_key := null;
    for known in execute walk
      using patterns, in_store, with_role, with_country, paying, status, rows_to_walk[step], from_key, from_id,
        mantis.org_id()
    loop
      near := near + known.is_near::integer;
      if known.row = rows_to_walk[step] then
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
    exit when end_key is null;
    if is_indexed and hits <= wanted and near <= most_near[step] then
      select * into candidate from mantis.find_rare_customers(
        patterns, sought, in_store, with_role, with_country, paying, status, place, ordering, beginning,
        after_key, after_id, wanted);
      if candidate.ids is not null then
        ids := candidate.ids;
        next_key := candidate.next_key;
        next_id := candidate.next_id;
        total := candidate.total;
        return;
      end if;
      is_indexed := false;
    end if;
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
  next_key := end_key;
  next_id := end_id;
  is_exact := false;
end
$function$;
alter function mantis.find_rare_customers(text[], text, uuid, text, text, boolean, text, text, text, text, text, bigint, integer)
  set enable_bitmapscan = on;

revoke create on schema mantis from mantis_search;
do $$
begin
  execute format('revoke mantis_search from %I', current_user);
end $$;
