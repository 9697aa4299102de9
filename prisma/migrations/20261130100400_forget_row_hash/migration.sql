-- Whoever writes another content without its row hash, such as a worker of the previous version, would leave
-- the hash of a row that is no longer stored: that row would then count as unchanged.
create function mantis.forget_row_hash() returns trigger language plpgsql as $$
begin
  new.row_hash := null;
  return new;
end $$;
create trigger forget_row_hash before update on customer
  for each row
  when (new.row_hash = old.row_hash
        and (new.content_hash, new.woo_modified_at) is distinct from (old.content_hash, old.woo_modified_at))
  execute function mantis.forget_row_hash();
