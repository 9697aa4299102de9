-- The sweep finds stores that were paused, but not diagnosed.
grant select (paused_at, paused_by, diagnosed_at) on woo_store to mantis_system;
