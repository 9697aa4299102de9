-- Ids of runs that grow with time (UUID version 7). Both indexes of the lines begin with the run's id: with a
-- random one, the lines of a run are inserted in the middle of these indexes, where each page is split in
-- half and stays half empty; with this one they are appended.

create function mantis.new_run_id() returns uuid language sql volatile as $$
  select encode(
    set_byte(
      overlay(uuid_send(gen_random_uuid())
              placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
              from 1 for 6),
      -- The version, 7, before four random bits.
      6, get_byte(uuid_send(gen_random_uuid()), 6) & 15 | 112),
    'hex')::uuid
$$;

alter table woo_customer_sync_queue alter column id set default mantis.new_run_id();
