import type { SimKey } from './authenticate.ts';
import type { Viewer } from './customer-record.ts';
import { echoQuery } from './php-query.ts';
import type { PhpQuery } from './php-query.ts';
import { errorBody } from './rest-error.ts';
import type { RestError } from './rest-error.ts';
import type { PageWindow } from './select-customers.ts';
import { fieldNames, selectFields } from './select-fields.ts';

/** One REST request after routing and authentication. */
export interface RestContext {
  method: string;
  /** As registered, without a trailing slash: `/wc/v3/customers/5`. */
  route: string;
  query: PhpQuery;
  /** The parsed JSON or form body; undefined if there was none. */
  body: unknown;
  key: SimKey | null;
  viewer: Viewer;
}

/** One row of a list; `id` is the customer's, for faults that match it. */
export interface AnswerRow {
  id: number;
  value: Record<string, unknown>;
}

/** The response of a route before it becomes text; `rows` or `row` replace the body for customers. */
export interface Answer {
  status: number;
  /** WordPress's own headers in their usual spelling (an envelope contains them in its body). */
  headers: Record<string, string | number>;
  body?: unknown;
  rows?: AnswerRow[];
  row?: AnswerRow;
}

/** The methods that this visitor may use on the route, for `Allow`; no header if empty. */
export type Allow = readonly string[];

export function answer(status: number, body: unknown, headers: Answer['headers'] = {}): Answer {
  return { status, body, headers };
}

export function errorAnswer(error: RestError): Answer {
  return answer(error.status, errorBody(error));
}

export function withAllow(reply: Answer, allow: Allow): Answer {
  if (allow.length > 0) reply.headers['Allow'] = allow.join(', ');
  return reply;
}

/** A page of a list: totals, `Link` (`prev` before `next`) and the rows cut to `_fields`. */
export function listAnswer(
  context: RestContext,
  page: { window: PageWindow; total: number; rows: AnswerRow[]; echo?: PhpQuery },
): Answer {
  const pages = Math.ceil(page.total / page.window.limit);
  const fields = fieldNames(context.query.get('_fields'));
  const headers: Answer['headers'] = { 'X-WP-Total': page.total, 'X-WP-TotalPages': pages };
  const link = linkHeader(context, page.echo ?? context.query, page.window.page, pages);
  if (link) headers['Link'] = link;
  const rows = fields
    ? page.rows.map(({ id, value }) => ({ id, value: selectFields(value, fields) }))
    : page.rows;
  return { status: 200, headers, rows };
}

function linkHeader(
  context: RestContext,
  query: PhpQuery,
  page: number,
  pages: number,
): string | undefined {
  const url = context.viewer.restUrl(context.route);
  const links: string[] = [];
  if (page > 1) links.push(`<${echoQuery(url, query, Math.min(page - 1, pages))}>; rel="prev"`);
  if (pages > page) links.push(`<${echoQuery(url, query, page + 1)}>; rel="next"`);
  if (page > 1 && pages === 0) return undefined;
  return links.length > 0 ? links.join(', ') : undefined;
}

/** A single object, cut to `_fields`. */
export function itemAnswer(
  context: RestContext,
  status: number,
  value: Record<string, unknown>,
  headers: Answer['headers'] = {},
): Answer {
  return answer(status, cutToFields(context, value), headers);
}

function cutToFields(
  context: RestContext,
  value: Record<string, unknown>,
): Record<string, unknown> {
  const fields = fieldNames(context.query.get('_fields'));
  return fields ? selectFields(value, fields) : value;
}

/** A single customer, cut to `_fields`, so that faults can find it. */
export function customerAnswer(
  context: RestContext,
  status: number,
  id: number,
  value: Record<string, unknown>,
): Answer {
  return { status, headers: {}, row: { id, value: cutToFields(context, value) } };
}
