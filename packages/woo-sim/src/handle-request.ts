import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { poisoned, rowPrinter, withByteFaults, withTotals } from './apply-answer-faults.ts';
import type { Authentication, Credentialed } from './authenticate.ts';
import type { Viewer } from './customer-record.ts';
import { dispatch } from './dispatch.ts';
import type { SimStore } from './dispatch.ts';
import { hitsOf } from './faults.ts';
import type { createFaults, FaultRequest, Hit, StoreFault } from './faults.ts';
import type { createPhpWorkers } from './php-workers.ts';
import { parsePhpQuery } from './php-query.ts';
import type { PhpQuery } from './php-query.ts';
import { destination, readBody } from './read-request.ts';
import type { Destination } from './read-request.ts';
import { isWireFault, replacedAnswer, replacement } from './replace-answer.ts';
import type { createRequestLog, RequestEntry } from './request-log.ts';
import type { Answer, RestContext } from './rest-answer.ts';
import { numberOf } from './rest-params.ts';
import { pageWindow } from './select-customers.ts';
import { misbehave, sendAnswer } from './send-answer.ts';
import type { Pace } from './send-answer.ts';
import { homePage, notFoundPage } from './site-pages.ts';
import { refuseWithout, type WebLogin } from './web-login.ts';
import type { createWcAuth } from './wc-auth.ts';
import { pageAnswer, restAnswer } from './wire-answer.ts';
import type { SiteState, WireAnswer } from './wire-answer.ts';

export interface SiteDeps {
  store: SimStore;
  authenticate: (request: Credentialed) => Authentication;
  faults: ReturnType<typeof createFaults>;
  log: ReturnType<typeof createRequestLog>;
  workers: ReturnType<typeof createPhpWorkers>;
  viewer: (role: string) => Viewer;
  wcAuth: ReturnType<typeof createWcAuth>;
  permalinks: 'pretty' | 'plain';
  restPrefix: string;
  stripAuthorization: boolean;
  webLogin: WebLogin | null;
  isHttps: (request: IncomingMessage) => boolean;
  now: () => number;
  signal: AbortSignal;
}

interface Incoming {
  message: IncomingMessage;
  method: string;
  path: string;
  query: PhpQuery;
  target: Destination;
  entry: RequestEntry;
}

/** Serves one request from the first byte to the last. */
export async function handleRequest(
  deps: SiteDeps,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const incoming = arrive(deps, message);
  const { authorization } = message.headers;
  const unauthorized = deps.webLogin && refuseWithout(deps.webLogin, authorization, deps.now());
  if (unauthorized) {
    await readBody(message);
    return send(deps, response, unauthorized, [], incoming.entry);
  }
  const early = deps.faults.pick('early', faultRequest(incoming, []));
  await mutate(deps, early, incoming.entry);
  const { wire, late } = await respond(deps, incoming, early);
  incoming.entry.faults.push(...[...early, ...late].map(({ fault }) => fault.kind));
  for (const { fault } of hitsOf(late, 'delay'))
    await sleep(fault.ms, undefined, { signal: deps.signal }).catch(() => undefined);
  const replaced = replacement(late);
  if (replaced) {
    incoming.entry.rows = 0;
    if (isWireFault(replaced)) {
      if (!['never', 'reset'].includes(replaced.kind)) incoming.entry.status = 200;
      return misbehave(response, replaced);
    }
    return send(deps, response, replacedAnswer(replaced, deps.now()), late, incoming.entry);
  }
  await send(deps, response, withByteFaults(wire, late), late, incoming.entry);
}

function arrive(deps: SiteDeps, message: IncomingMessage): Incoming {
  const uri = message.url ?? '/';
  const mark = uri.indexOf('?');
  const path = mark < 0 ? uri : uri.slice(0, mark);
  const rawQuery = mark < 0 ? '' : uri.slice(mark + 1);
  const query = parsePhpQuery(rawQuery);
  const method = message.method ?? 'GET';
  const target = destination(path, query, deps);
  return { message, method, path, query, target, entry: deps.log.open(method, path, rawQuery) };
}

function faultRequest(incoming: Incoming, served: readonly number[]): FaultRequest {
  const route = incoming.target.kind === 'rest' ? incoming.target.route : '';
  const named = /\/customers\/(\d+)$/.exec(route)?.[1];
  const limit = numberOf(incoming.query, 'per_page') ?? 10;
  const window = limit > 0 ? pageWindow(incoming.query) : undefined;
  return {
    method: incoming.method,
    where: `${incoming.path} ${route}`,
    page: window?.page,
    offset: window?.offset,
    customerIds: named === undefined ? served : [Number(named), ...served],
  };
}

async function mutate(deps: SiteDeps, early: readonly Hit[], request: RequestEntry): Promise<void> {
  for (const { fault } of hitsOf(early, 'mutate', 'hook')) await change(deps, fault, request);
}

async function change(deps: SiteDeps, fault: StoreFault, request: RequestEntry): Promise<void> {
  const { customers } = deps.store;
  if (fault.kind === 'hook') return fault.run({ request, customers });
  const options = { silent: fault.silent ?? false };
  const lowest = customers.ids('customer').slice(0, fault.deleteLowest ?? 0);
  for (const id of [...(fault.delete ?? []), ...lowest]) customers.delete(id, options);
  for (const id of fault.update ?? []) if (customers.get(id)) customers.update(id, {}, options);
  for (let made = 0; made < (fault.create ?? 0); made++) customers.create({}, options);
}

async function respond(
  deps: SiteDeps,
  incoming: Incoming,
  early: readonly Hit[],
): Promise<{ wire: WireAnswer; late: Hit[] }> {
  const authentication = authenticateIncoming(deps, incoming);
  const viewer = deps.viewer(authentication.key?.userRole ?? '');
  const site: SiteState = {
    apiRoot: viewer.restUrl('/'),
    loggedIn: authentication.key !== null,
    nowMs: deps.now(),
    method: incoming.method,
  };
  if (incoming.target.kind !== 'rest') {
    await readBody(incoming.message);
    return {
      wire: await page(deps, site, viewer, incoming),
      late: deps.faults.pick('late', faultRequest(incoming, [])),
    };
  }
  return respondRest(deps, incoming, early, {
    authentication,
    viewer,
    site,
    route: incoming.target.route,
  });
}

async function respondRest(
  deps: SiteDeps,
  incoming: Incoming,
  early: readonly Hit[],
  who: { authentication: Authentication; viewer: Viewer; site: SiteState; route: string },
): Promise<{ wire: WireAnswer; late: Hit[] }> {
  const { state, body } = await readBody(incoming.message);
  const { method, query, entry } = incoming;
  const context: RestContext = {
    method,
    route: who.route,
    query: new Map(query),
    body,
    key: who.authentication.key,
    viewer: who.viewer,
  };
  const listFaults = hitsOf(
    early,
    'same-page',
    'endless-list',
    'per-page-cap',
    'shuffle',
    'duplicate',
    'hide',
  );
  const run = (): Promise<Answer> =>
    dispatch(deps.store, context, {
      authentication: who.authentication,
      bodyState: state,
      listFaults: listFaults.map(({ fault }) => fault),
      number: entry.n,
    });
  // A write must not happen if a fault prevents it; a read is needed to know its rows.
  const reads = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  const ahead = reads ? undefined : deps.faults.pick('late', faultRequest(incoming, []));
  if (ahead && replacement(ahead))
    return { wire: { status: 0, headers: {}, body: '' }, late: ahead };
  await deps.workers.take();
  try {
    const reply = await run();
    const served = servedIds(reply);
    const late = ahead ?? deps.faults.pick('late', faultRequest(incoming, served));
    const sound = withTotals(
      poisoned(reply, served, late),
      numberOf(query, 'per_page') ?? 10,
      late,
    );
    entry.rows = servedIds(sound).length;
    if (!replacement(late)) await deps.workers.spend(entry.rows);
    const envelope = query.has('_envelope');
    return { wire: restAnswer(who.site, sound, { envelope, rowText: rowPrinter(late) }), late };
  } finally {
    deps.workers.give();
  }
}

function servedIds(reply: Answer): number[] {
  if (reply.row) return [reply.row.id];
  return (reply.rows ?? []).map(({ id }) => id);
}

function authenticateIncoming(
  deps: SiteDeps,
  { message, method, query }: Incoming,
): Authentication {
  return deps.authenticate({
    method,
    requestUri: message.url ?? '/',
    https: deps.isHttps(message),
    home: deps.viewer('').home,
    query,
    authorization: deps.stripAuthorization ? undefined : message.headers.authorization,
  });
}

async function page(
  deps: SiteDeps,
  site: SiteState,
  viewer: Viewer,
  { target, message, query: asked }: Incoming,
): Promise<WireAnswer> {
  if (target.kind === 'wc-auth') return pageAnswer(site, await deps.wcAuth(target.route, asked));
  if (target.kind === 'redirect') {
    const query = (message.url ?? '').split('?')[1];
    const location = `${viewer.home}${target.path}${query === undefined ? '' : `?${query}`}`;
    return pageAnswer(site, { status: 301, html: '', location });
  }
  return target.kind === 'home'
    ? pageAnswer(site, { status: 200, html: homePage(viewer.home) })
    : pageAnswer(site, { status: 404, html: notFoundPage(viewer.home) });
}

async function send(
  deps: SiteDeps,
  response: ServerResponse,
  wire: WireAnswer,
  late: readonly Hit[],
  entry: RequestEntry,
): Promise<void> {
  entry.status = wire.status;
  const cut = hitsOf(late, 'cut')[0]?.fault;
  const drip = hitsOf(late, 'drip')[0]?.fault;
  const pace: Pace = cut
    ? { kind: 'cut', afterBytes: cut.afterBytes }
    : drip
      ? { kind: 'drip', bytes: drip.bytes ?? 1, everyMs: drip.everyMs ?? 100 }
      : { kind: 'whole' };
  await sendAnswer(response, wire, pace, deps.signal);
}
