-- Nothing could use this index: lower() is not leakproof, so under row-level security PostgreSQL compares
-- addresses only after the organisation, row by row. Guests are linked once per run, by one pass over the
-- customers of their store. The index took 250 bytes of WAL for each customer.
drop index customer_email_idx;
