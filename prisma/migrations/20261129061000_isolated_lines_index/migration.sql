-- Lines that are claimed alone are looked for whenever no others are due. There are few, if any.
create index woo_customer_sync_queue_line_isolated_idx
  on woo_customer_sync_queue_line (queue_id, next_attempt_at, position)
  where state = 'draft' and alone;
comment on index woo_customer_sync_queue_line_isolated_idx is
  'Claims lines whose batch crashed its worker, one at a time; holds those only.';
