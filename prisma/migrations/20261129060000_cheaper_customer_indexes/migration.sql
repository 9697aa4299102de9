-- What a customer costs. (docs/benchmarks.md)

-- Of several indexes that begin with (org_id, store_id), PostgreSQL takes any for a lookup by
-- (org_id, store_id, woo_id) while the table has no statistics, and reads all customers of the store.
-- Only the unique key may begin with them.
drop index customer_store_changed_idx;
create index customer_store_changed_idx on customer (store_id, updated_at, id);
drop index customer_email_idx;
create index customer_email_idx on customer (store_id, lower(email)) where email is not null;

comment on index customer_pkey is 'Reads the customers that a search found, by id.';
comment on index customer_org_id_store_id_woo_id_key is 'One row per customer of a store; lookups of each page and batch.';
comment on index customer_changed_idx is 'Customer list of an organisation by last change.';
comment on index customer_store_changed_idx is 'Customer list of one store by last change.';
comment on index customer_name_idx is 'Customer list by name.';
comment on index customer_deleted_changed_idx is 'List of deleted customers by last change; holds deleted ones only.';
comment on index customer_deleted_name_idx is 'List of deleted customers by name; holds deleted ones only.';
comment on index customer_email_idx is 'Links guests to customers by email at the end of a run.';
comment on index customer_search_idx is 'Search by part of a word, and by rare roles, countries and stores.';
comment on index woo_customer_sync_queue_line_pkey is 'A line by its place; lists and cells of a run.';
comment on index woo_customer_sync_queue_line_customer_idx is 'One line per customer of a run; pages that are read again.';
comment on index woo_customer_sync_queue_line_quarantine_idx is 'One line per row without an id; holds those only.';
comment on index woo_customer_sync_queue_line_due_idx is 'Claims the lines that are due; holds waiting lines only.';
comment on index woo_customer_sync_queue_line_held_idx is 'Lines that workers hold, for the sweep; holds those only.';
comment on index woo_customer_sync_queue_line_failed_idx is 'Failed lines of a run, for lists and retries; holds those only.';

-- In PL/pgSQL, which keeps its plan: as a function in SQL, which cannot be inlined into two generated
-- columns, it cost 20 microseconds per customer. The result is the same.
create or replace function mantis.fold(value text) returns text
  language plpgsql immutable parallel safe strict
as $$
begin
  if octet_length(value) = char_length(value) then
    return lower(value);
  end if;
  return replace(replace(replace(
    translate(lower(regexp_replace(normalize(value, nfkd), '[̀-ͯ]', '', 'g')), 'øłđðħı', 'olddhi'),
    'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
end
$$;
