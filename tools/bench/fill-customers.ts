import type { Client } from 'pg';

const BLOCK = 20_000;

const FIRST =
  list(`Anna Peter Maria Hans Laura Marco Sofia Luca Emma Noah Mia Liam Lena Jonas Clara Felix
  Julia Simon Nina David Sara Paul Lisa Jan Eva Tim Ida Max Zoé René Jürgen Søren Łukasz José André Chloé
  Björn Åsa Günther Françoise`);
const LAST =
  list(`Müller Meier Schmid Keller Weber Huber Schneider Meyer Steiner Fischer Gerber Brunner Baumann
  Frei Zimmermann Moser Widmer Wyss Graf Roth Suter Baumgartner Bachmann Kunz Lehmann Bühler Hofer Wenger
  Bianchi Rossi Ferrari Russo Martin Bernard Dubois Laurent Nowak Kowalski Jensen Nielsen`);
const CITY =
  list(`Zürich Bern Basel Genève Lausanne Luzern Winterthur Lugano Chur Thun Berlin Hamburg München
  Köln Wien Graz Linz Paris Lyon Milano`);
const COUNTRY = list('CH CH CH CH CH DE DE DE AT FR IT LI');

function list(text: string): string[] {
  return text.trim().split(/\s+/);
}

/**
 * Realistic customers: few different names, always different addresses and telephone numbers, and one
 * in 50,000 with the company Rarissima.
 */
export async function fillCustomers(
  admin: Client,
  owner: { orgId: string; storeId: string },
  count: number,
  /** Days since the last of them changed. */
  age = 0,
): Promise<void> {
  for (let from = 0; from < count; from += BLOCK) {
    await admin.query(
      `insert into customer (org_id, store_id, woo_id, email, username, first_name, last_name, role, company,
         phone, city, country, is_paying_customer, billing, shipping, meta_data, extra, content_hash,
         fetched_at, updated_at, deleted_at)
       select $1, $2, n, lower(mantis.fold(first) || '.' || mantis.fold(last)) || n || '@example.org',
              'user' || n, first, last,
              case when n % 97 = 0 then 'wholesale' else 'customer' end,
              case when n % 50000 = 7 then 'Rarissima AG' when n % 5 = 0 then last || ' GmbH' else '' end,
              '+41 79 ' || lpad((n::bigint * 7919 % 10000000)::text, 7, '0'), city, country, n % 3 = 0,
              jsonb_build_object('first_name', first, 'last_name', last, 'city', city, 'country', country,
                'address_1', 'Bahnhofstrasse ' || n % 200, 'postcode', 8000 + n % 1000,
                'email', first || n || '@example.org', 'phone', '+41 79 ' || n),
              jsonb_build_object('first_name', first, 'last_name', last, 'city', city, 'country', country),
              '[]', '{}', sha256(n::text::bytea), now(),
              now() - make_interval(days => $10::integer, secs => $9::integer - n),
              case when n % 500 = 0 then now() end
         from (select n,
                      ($5::text[])[h1 % cardinality($5::text[]) + 1] as first,
                      ($6::text[])[h2 % cardinality($6::text[]) + 1] as last,
                      ($7::text[])[h3 % cardinality($7::text[]) + 1] as city,
                      ($8::text[])[h1 % cardinality($8::text[]) + 1] as country
                 from (select n, hashint4(n::integer) & 2147483647 as h1, hashint4(n::integer + 7) & 2147483647 as h2,
                              hashint4(n::integer + 99) & 2147483647 as h3
                         from generate_series($3::integer + 1, least($3 + $4::integer, $9::integer)) n) numbers) people`,
      [owner.orgId, owner.storeId, from, BLOCK, FIRST, LAST, CITY, COUNTRY, count, age],
    );
  }
}
