-- What the page of one run reads from its log.

-- The tries of one line. Only lines that fail, or are stored with corrections, have entries here.
create index woo_sync_activity_line_idx on woo_sync_activity (queue_id, (data->'position'))
  where event in ('line.failed', 'line.retrying', 'line.warning');

-- How fast a run goes: one entry a page and one a batch.
create index woo_sync_activity_pace_idx on woo_sync_activity (queue_id, at)
  where event in ('batch.applied', 'discovery.page');
