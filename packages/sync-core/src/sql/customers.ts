import type { Sql } from '@mantis-sync/db';
import type { MappedCustomer } from '../domain/customer-mapping.ts';
import type { Choice, Reading } from '../domain/choose-answer.ts';
import { fillUnknown, type StoredContent } from '../domain/diff-customer.ts';
import { searchText, sortName } from '../domain/search-text.ts';
import type { LineOutcome } from '../domain/state-machine.ts';
import type { ChangeSource } from '../domain/run-kind.ts';
import type { IsVolatile } from '../domain/volatile-meta.ts';

/** A customer as read from a store. */
export interface CustomerVersion {
  customer: MappedCustomer;
  /** sha256 of the content, 32 bytes. */
  contentHash: Buffer;
  /** Of the row that it was mapped from, 16 bytes; null unless the mapping took the row as it is. */
  rowHash?: Buffer | null;
  /** When the request was sent, by our clock; `fetchedAt` unless given. */
  fetchBeganAt?: Date;
  /** When the response arrived, by our clock. */
  fetchedAt: Date;
  source: ChangeSource;
  /** Which meta data is not content; `volatileKeys()` unless given. */
  isVolatile?: IsVolatile;
}

/** What happened to a version. */
export interface StoredCustomer {
  outcome: Exclude<LineOutcome, 'deleted'>;
  /** The replaced content by column; null for other outcomes. */
  before: StoredContent | null;
  /** It differs from the stored one and the order is unknown: the store must be asked again. */
  isDisputed: boolean;
}

/** The run that read the versions. */
export interface VersionOwner {
  orgId: string;
  storeId: string;
  runId: string;
  /** Nothing in it was read before this time. */
  createdAt?: Date;
}

/**
 * Stores a batch. Compares hashes first, so that an unchanged customer needs neither a write nor the transfer
 * of its content.
 *
 * Of two responses `mantis.choose_answer` (in TypeScript: `chooseAnswer`) keeps the one that was read later.
 * Fields that a response omits keep their stored values.
 *
 * @param versions at most one per customer; rows are locked in order of their ids
 * @param known what is stored of them, if already read in this transaction
 * @returns what happened to each, by WooCommerce id
 */
export async function upsertCustomers(
  sql: Sql,
  owner: VersionOwner,
  versions: readonly CustomerVersion[],
  known?: ReadonlyMap<number, StoredVersion>,
): Promise<Map<number, StoredCustomer>> {
  const before = known ?? (await findStoredVersions(sql, owner, versions.map(wooIdOf)));
  const [changed, unchanged] = partition(versions, (version) =>
    isChanged(before.get(wooIdOf(version)), version),
  );
  await fillRowHashes(sql, owner, unchanged, before);
  const whole = await fillFromStored(sql, owner, changed, before);
  const stored = await storeChanged(sql, owner, whole);
  return new Map(
    versions.map(({ customer: { wooId } }) => [wooId, stored.get(wooId) ?? UNCHANGED]),
  );
}

const UNCHANGED: StoredCustomer = { outcome: 'unchanged', before: null, isDisputed: false };

const wooIdOf = ({ customer }: CustomerVersion): number => customer.wooId;

function partition<T>(items: readonly T[], belongs: (item: T) => boolean): [T[], T[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}

/** What decides whether a customer has changed. */
export interface StoredVersion {
  content_hash: Buffer;
  /** Of the row as the store sent it; null if it was corrected, or stored before row hashes were. */
  row_hash: Buffer | null;
  woo_modified_at: Date | null;
  is_deleted: boolean;
}

function isChanged(stored: StoredVersion | undefined, version: CustomerVersion): boolean {
  return (
    stored === undefined ||
    stored.is_deleted ||
    !stored.content_hash.equals(version.contentHash) ||
    stored.woo_modified_at?.getTime() !== version.customer.dateModified?.getTime()
  );
}

/**
 * The stored row of `wanted.woo_id` in store $2 of organisation $1. A range in order, instead of `=`, leaves
 * PostgreSQL only the unique index: on an empty table the others cost as much, and a connection keeps its plan
 * while the table fills. The limit prevents a join, for which it would read all customers of the store.
 */
const IS_WANTED = `
  org_id = $1 and store_id = $2 and customer.woo_id between wanted.woo_id and wanted.woo_id
  order by customer.woo_id limit 1`;

/** Fills omitted fields with the stored values, under the locks of those rows. */
async function fillFromStored(
  sql: Sql,
  owner: VersionOwner,
  versions: readonly CustomerVersion[],
  known: ReadonlyMap<number, StoredVersion>,
): Promise<CustomerVersion[]> {
  const partial = versions.filter(
    ({ customer }) => customer.unknown.length > 0 && known.has(customer.wooId),
  );
  if (partial.length === 0) return [...versions];
  const { rows } = await sql.query<{ woo_id: number; content: StoredContent }>({
    name: 'lock-stored-customers',
    text: `select known.woo_id, to_jsonb(known) as content
             from unnest($3::bigint[]) as wanted(woo_id)
            cross join lateral (
              select * from customer
               where ${IS_WANTED} for no key update) known`,
    values: [owner.orgId, owner.storeId, idsOf(partial)],
  });
  const contents = new Map(rows.map(({ woo_id, content }) => [woo_id, content]));
  return versions.map((version) => {
    const content = contents.get(version.customer.wooId);
    return content ? { ...version, customer: fillUnknown(version.customer, content) } : version;
  });
}

const idsOf = (versions: readonly CustomerVersion[]): number[] =>
  versions.map(wooIdOf).toSorted((a, b) => a - b);

/** What is stored of customers, by WooCommerce id. */
export async function findStoredVersions(
  sql: Sql,
  owner: { orgId: string; storeId: string },
  wooIds: readonly number[],
): Promise<Map<number, StoredVersion>> {
  if (wooIds.length === 0) return new Map();
  const { rows } = await sql.query<StoredVersion & { woo_id: number }>({
    name: 'find-stored-versions',
    text: `select known.woo_id, known.content_hash, known.row_hash, known.woo_modified_at,
                  known.deleted_at is not null as is_deleted
             from unnest($3::bigint[]) as wanted(woo_id)
            cross join lateral (
              select * from customer
               where ${IS_WANTED}) known`,
    values: [owner.orgId, owner.storeId, wooIds],
  });
  return new Map(rows.map(({ woo_id, ...stored }) => [woo_id, stored]));
}

/** Stores the row hash of unchanged customers that have none, or one of another version of the mapping. */
async function fillRowHashes(
  sql: Sql,
  owner: VersionOwner,
  versions: readonly CustomerVersion[],
  known: ReadonlyMap<number, StoredVersion>,
): Promise<void> {
  const bare = versions
    .filter(
      ({ rowHash, customer }) => rowHash && rowHash[0] !== known.get(customer.wooId)?.row_hash?.[0],
    )
    .toSorted((a, b) => wooIdOf(a) - wooIdOf(b));
  if (bare.length === 0) return;
  await sql.query({
    name: 'fill-row-hashes',
    text: `with known as materialized (
             select customer.id, wanted.content_hash, wanted.row_hash
               from unnest($3::bigint[], $4::bytea[], $5::bytea[]) as wanted(woo_id, content_hash, row_hash)
              cross join lateral (
                select id from customer
                 where ${IS_WANTED} for no key update) customer)
           update customer set row_hash = known.row_hash from known
            where customer.id = any(array(select id from known)) and customer.id = known.id
              and customer.content_hash = known.content_hash`,
    values: [
      owner.orgId,
      owner.storeId,
      bare.map(wooIdOf),
      bare.map(({ contentHash }) => contentHash),
      bare.map(({ rowHash }) => rowHash),
    ],
  });
}

/**
 * Writes changed customers in one statement.
 *
 * @returns the written customers
 */
async function storeChanged(
  sql: Sql,
  owner: VersionOwner,
  versions: readonly CustomerVersion[],
): Promise<Map<number, StoredCustomer>> {
  if (versions.length === 0) return new Map();
  const { rows } = await sql.query<{
    woo_id: number;
    is_new: boolean | null;
    before: StoredContent | null;
    choice: Choice | null;
  }>({
    name: 'upsert-customers',
    text: `with before as materialized (
             select known.woo_id, known.fetch_began_at, known.fetched_at, known.woo_modified_at,
                    known.deleted_at, known.last_source, to_jsonb(known) as content
               from unnest($5::bigint[]) as wanted(woo_id)
              cross join lateral (
                select * from customer
                 where ${IS_WANTED} for no key update) known),
           item as materialized (
             select item.*, ${BOUNDED}
               from jsonb_to_recordset($4::jsonb) as item(
                      woo_id bigint, email text, username text, first_name text, last_name text, role text,
                      company text, phone text, city text, country text, is_paying_customer boolean,
                      avatar_url text, billing jsonb, shipping jsonb, meta_data jsonb, extra jsonb,
                      woo_created_at timestamptz, woo_modified_at timestamptz, content_hash text, row_hash text,
                      search_text text, sort_name text, began_at timestamptz, ended_at timestamptz,
                      source text)),
           stored as (
             insert into customer as known (
               org_id, store_id, woo_id, email, username, first_name, last_name, role, company, phone, city,
               country, is_paying_customer, avatar_url, billing, shipping, meta_data, extra,
               woo_created_at, woo_modified_at, content_hash, row_hash, search_text, sort_name, fetch_began_at,
               fetched_at, last_queue_id, first_source, last_source)
             select $1, $2, item.woo_id, item.email, item.username, item.first_name, item.last_name, item.role,
                    item.company, item.phone, item.city, item.country, item.is_paying_customer, item.avatar_url,
                    item.billing, item.shipping, item.meta_data, item.extra, item.woo_created_at,
                    item.woo_modified_at, decode(item.content_hash, 'hex'), decode(item.row_hash, 'hex'),
                    item.search_text, item.sort_name,
                    item.fetch_began_at, item.fetched_at, $3, item.source, item.source
               from item
               -- Reading this CTE takes the locks before anything is written.
              where (select count(*) from before) >= 0
              order by item.woo_id
             on conflict (org_id, store_id, woo_id) do update
                set email = excluded.email, username = excluded.username,
                    first_name = excluded.first_name, last_name = excluded.last_name, role = excluded.role,
                    company = excluded.company, phone = excluded.phone, city = excluded.city,
                    country = excluded.country, is_paying_customer = excluded.is_paying_customer,
                    avatar_url = excluded.avatar_url, billing = excluded.billing,
                    shipping = excluded.shipping, meta_data = excluded.meta_data, extra = excluded.extra,
                    woo_created_at = excluded.woo_created_at, woo_modified_at = excluded.woo_modified_at,
                    content_hash = excluded.content_hash, row_hash = excluded.row_hash,
                    search_text = excluded.search_text,
                    sort_name = excluded.sort_name, fetch_began_at = excluded.fetch_began_at,
                    fetched_at = excluded.fetched_at, last_queue_id = excluded.last_queue_id,
                    last_source = excluded.last_source, updated_at = mantis.now(), deleted_at = null
              where mantis.choose_answer(
                      known.fetch_began_at, known.fetched_at, known.woo_modified_at,
                      known.deleted_at is not null, known.last_source,
                      excluded.fetch_began_at, excluded.fetched_at, excluded.woo_modified_at,
                      false, excluded.last_source, mantis.now()) = 'take'
             returning woo_id, xmax = 0 as is_new)
           select item.woo_id, stored.is_new,
                  case when not stored.is_new then before.content end as before,
                  case when stored.woo_id is null then mantis.choose_answer(
                      before.fetch_began_at, before.fetched_at, before.woo_modified_at,
                      before.deleted_at is not null, before.last_source,
                      item.fetch_began_at, item.fetched_at, item.woo_modified_at,
                      false, item.source, mantis.now()) end as choice
             from item
             left join stored on stored.woo_id = item.woo_id
             left join before on before.woo_id = item.woo_id`,
    values: [
      owner.orgId,
      owner.storeId,
      owner.runId,
      JSON.stringify(versions.map(toRecord)),
      // Sorted, since rows are locked in this order.
      idsOf(versions),
      owner.createdAt ?? null,
    ],
  });
  return new Map(
    rows.map(({ woo_id, is_new, before, choice }) => [
      woo_id,
      {
        outcome: is_new === null ? 'unchanged' : is_new ? 'created' : 'updated',
        before,
        isDisputed: choice === 'ask_again',
      },
    ]),
  );
}

/** `boundReading`; $6 is the start of the run, null if unknown. */
export const BOUNDED = `
  least(greatest(item.began_at, $6::timestamptz), mantis.now()) as fetch_began_at,
  least(greatest(item.ended_at, $6::timestamptz), mantis.now()) as fetched_at`;

/**
 * Marks customers that the store no longer has: sets `deleted_at` and the reading of that response, and keeps
 * the row.
 *
 * @param reading when the store reported it; a version read later takes precedence
 * @returns customers that were not marked before
 */
export async function markCustomersDeleted(
  sql: Sql,
  owner: VersionOwner,
  wooIds: readonly number[],
  reading: Reading,
  source: ChangeSource,
): Promise<number[]> {
  if (wooIds.length === 0) return [];
  // Without a name, so that it is planned each time: it is rare, and a plan kept since the table was almost
  // empty would read all customers.
  const { rows } = await sql.query<{ woo_id: number }>(
    `with item as (
       select ${BOUNDED}
         from (values ($4::timestamptz, $5::timestamptz)) as item(began_at, ended_at))
     update customer known
        set deleted_at = mantis.now(), updated_at = mantis.now(), last_queue_id = $8,
            fetch_began_at = item.fetch_began_at, fetched_at = item.fetched_at, last_source = $7
       from item
      where known.id = any(array(
              select stored.id
                from unnest($3::bigint[]) as wanted(woo_id)
               cross join lateral (
                 select id from customer
                  where ${IS_WANTED}) stored))
        and known.deleted_at is null
        and mantis.choose_answer(
              known.fetch_began_at, known.fetched_at, known.woo_modified_at, false, known.last_source,
              item.fetch_began_at, item.fetched_at, null, true, $7, mantis.now()) = 'take'
      returning known.woo_id`,
    [
      owner.orgId,
      owner.storeId,
      wooIds,
      reading.beganAt,
      reading.endedAt,
      owner.createdAt ?? null,
      source,
      owner.runId,
    ],
  );
  return rows.map((row) => row.woo_id);
}

function toRecord({
  customer,
  contentHash,
  rowHash,
  fetchBeganAt,
  fetchedAt,
  source,
}: CustomerVersion) {
  return {
    woo_id: customer.wooId,
    email: customer.email,
    username: customer.username,
    first_name: customer.firstName,
    last_name: customer.lastName,
    role: customer.role,
    company: customer.company,
    phone: customer.phone,
    city: customer.city,
    country: customer.country,
    is_paying_customer: customer.isPayingCustomer,
    avatar_url: customer.avatarUrl,
    billing: customer.billing,
    shipping: customer.shipping,
    meta_data: customer.metaData,
    extra: customer.extra,
    woo_created_at: customer.dateCreated,
    woo_modified_at: customer.dateModified,
    content_hash: contentHash.toString('hex'),
    row_hash: rowHash?.toString('hex'),
    search_text: searchText(customer),
    sort_name: sortName(customer),
    began_at: fetchBeganAt ?? fetchedAt,
    ended_at: fetchedAt,
    source,
  };
}

/**
 * Number of customers of each store, without deleted ones.
 *
 * @param storeId null for all stores
 */
export async function countCustomers(
  sql: Sql,
  storeId: string | null,
): Promise<Map<string, number>> {
  const { rows } = await sql.query<{ store_id: string; customers: number }>(
    `select store_id, count(*)::int as customers from customer
      where deleted_at is null and ($1::uuid is null or store_id = $1) group by store_id`,
    [storeId],
  );
  return new Map(rows.map((row) => [row.store_id, row.customers]));
}

/** Number of customers of a store that are not deleted. */
export async function countActiveCustomers(sql: Sql, storeId: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `select count(*)::integer as count from customer where store_id = $1 and deleted_at is null`,
    [storeId],
  );
  return rows[0]?.count ?? 0;
}
