import type { Answer } from './rest-answer.ts';
import { phpJson } from './php-json.ts';
import type { AnswerRow } from './rest-answer.ts';

/** A response as text, before it is sent. Header names are lower case. */
export interface WireAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
  /** Sends `content-length` instead of chunks. */
  sized?: boolean;
}

export interface SiteState {
  /** The address of the REST index, for the `Link` header of every page. */
  apiRoot: string;
  loggedIn: boolean;
  nowMs: number;
  method: string;
}

const noCache = {
  expires: 'Wed, 11 Jan 1984 05:00:00 GMT',
  'cache-control': 'no-cache, must-revalidate, max-age=0, no-store, private',
};

/** Headers that nginx and WordPress add to every REST response, in the recorded order. */
export function restHeaders(site: SiteState, own: Answer['headers']): Record<string, string> {
  const headers: Record<string, string> = {
    ...serverHeaders(site, 'application/json; charset=UTF-8'),
    'x-robots-tag': 'noindex',
    link: `<${site.apiRoot}>; rel="https://api.w.org/"`,
    'x-content-type-options': 'nosniff',
    'access-control-expose-headers': 'X-WP-Total, X-WP-TotalPages, Link',
    'access-control-allow-headers':
      'Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type',
  };
  for (const [name, value] of Object.entries(own)) headers[name.toLowerCase()] = String(value);
  if (site.loggedIn) Object.assign(headers, noCache);
  else if (site.method === 'GET') headers['vary'] = 'Origin';
  return headers;
}

function serverHeaders(site: SiteState, contentType: string): Record<string, string> {
  return { server: 'nginx', date: new Date(site.nowMs).toUTCString(), 'content-type': contentType };
}

/** A page of the site itself: home, not found, or a redirect of WordPress (without `Link`). */
export function pageAnswer(
  site: SiteState,
  page: { status: number; html: string; location?: string },
): WireAnswer {
  const headers = serverHeaders(site, 'text/html; charset=UTF-8');
  if (site.loggedIn || page.status === 404) Object.assign(headers, noCache);
  if (page.location !== undefined) {
    headers['x-redirect-by'] = 'WordPress';
    headers['location'] = page.location;
  } else {
    headers['link'] = `<${site.apiRoot}>; rel="https://api.w.org/"`;
  }
  return { status: page.status, headers, body: page.html };
}

/** The text of a REST response; `rowText` prints one row of a list. */
export function restAnswer(
  site: SiteState,
  reply: Answer,
  options: { envelope: boolean; rowText: (row: AnswerRow) => string },
): WireAnswer {
  const body = answerText(reply, options.rowText);
  if (!options.envelope)
    return { status: reply.status, headers: restHeaders(site, reply.headers), body };
  const outside = `{"body":${body},"status":${reply.status},"headers":${envelopeHeaders(reply)}}`;
  return { status: 200, headers: restHeaders(site, {}), body: outside };
}

function answerText(reply: Answer, rowText: (row: AnswerRow) => string): string {
  if (reply.row) return rowText(reply.row);
  return reply.rows ? `[${reply.rows.map(rowText).join(',')}]` : phpJson(reply.body);
}

function envelopeHeaders(reply: Answer): string {
  return Object.keys(reply.headers).length === 0 ? '[]' : phpJson(reply.headers);
}
