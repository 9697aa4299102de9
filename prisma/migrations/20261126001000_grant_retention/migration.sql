-- Grants that ran out go with the rest of what is kept no longer, not only when the next one begins. The
-- policy keeps those out of reach that ran out less than a day ago, whatever a statement says.
grant select (org_id, expires_at), delete on store_grant to mantis_retention;
create policy retention on store_grant to mantis_retention
  using (org_id = (select mantis.org_id()) and expires_at < (select mantis.now()) - interval '1 day');
