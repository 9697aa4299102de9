-- A comparison counts once the lines of its run are done: what failed was not compared.
alter table store_freshness
  add column read_since timestamptz,
  add column read_run_id uuid,
  add column pass_failures integer not null default 0,
  add column unverified integer not null default 0;
