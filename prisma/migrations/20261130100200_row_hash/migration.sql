-- A hash of the row as the store sent it. A row with the stored hash needs no mapping, which is most of what an
-- unchanged customer costs a worker. Null for rows that had to be corrected: each run reports these.
alter table customer add column row_hash bytea check (length(row_hash) = 16);
