-- A temporary table hides a table of ours from later transactions on the same connection. Nothing of ours
-- makes any.
do $$
begin
  execute format('revoke temporary on database %I from public', current_database());
end $$;
