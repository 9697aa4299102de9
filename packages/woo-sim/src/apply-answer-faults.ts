import type { Hit } from './faults.ts';
import { hitsOf } from './faults.ts';
import { phpJson } from './php-json.ts';
import { answer } from './rest-answer.ts';
import type { Answer, AnswerRow } from './rest-answer.ts';
import { criticalErrorBody } from './rest-error.ts';
import type { WireAnswer } from './wire-answer.ts';

/** A page that contains a poisoned customer is a PHP fatal error, whatever else is on it. */
export function poisoned(reply: Answer, served: readonly number[], found: readonly Hit[]): Answer {
  const bad = hitsOf(found, 'poison').some(({ fault }) =>
    fault.ids.some((id) => served.includes(id)),
  );
  return bad ? answer(500, criticalErrorBody()) : reply;
}

/** Changes the totals; `Link` stays correct. */
export function withTotals(reply: Answer, limit: number, found: readonly Hit[]): Answer {
  for (const { fault, count } of hitsOf(found, 'totals')) {
    if (!('X-WP-Total' in reply.headers)) continue;
    const lie = fault.total;
    const truth = Number(reply.headers['X-WP-Total']);
    if (lie === 'missing') {
      delete reply.headers['X-WP-Total'];
      delete reply.headers['X-WP-TotalPages'];
    } else if (typeof lie === 'string') {
      reply.headers['X-WP-Total'] = lie;
      reply.headers['X-WP-TotalPages'] = Number.isFinite(Number(lie))
        ? pages(Number(lie), limit)
        : lie;
    } else {
      const reported =
        'factor' in lie
          ? Math.floor(truth * lie.factor)
          : Math.max(0, truth + lie.perRequest * count);
      reply.headers['X-WP-Total'] = reported;
      reply.headers['X-WP-TotalPages'] = pages(reported, limit);
    }
  }
  return reply;
}

function pages(total: number, limit: number): number {
  return Math.ceil(total / limit);
}

/** Prints rows with the patches for chosen customers: first fields, then raw text. */
export function rowPrinter(found: readonly Hit[]): (row: AnswerRow) => string {
  const patches = hitsOf(found, 'patch-row').map(({ fault }) => fault);
  return (row) => {
    const mine = patches.filter(({ ids }) => ids.includes(row.id));
    if (mine.length === 0) return phpJson(row.value);
    const value = { ...row.value };
    for (const { set, remove } of mine) {
      Object.assign(value, set);
      for (const name of remove ?? []) delete value[name];
    }
    const replacements = mine.flatMap(({ replace }) => replace ?? []);
    return replacements.reduce((text, [from, to]) => text.replace(from, () => to), phpJson(value));
  };
}

const notice =
  '<br />\n<b>Notice</b>:  Function _load_textdomain_just_in_time was called <strong>incorrectly</strong>. in <b>/var/www/html/wp-includes/functions.php</b> on line <b>6121</b><br />\n';

/** Byte-level faults of an otherwise correct response: text before it, changes in it, truncation. */
export function withByteFaults(wire: WireAnswer, found: readonly Hit[]): WireAnswer {
  let body = Buffer.from(wire.body);
  let sized = wire.sized ?? false;
  const headers = { ...wire.headers };
  for (const { fault } of hitsOf(
    found,
    'php-notice',
    'bom',
    'invalid-utf8',
    'truncate',
    'headers',
  )) {
    if (fault.kind === 'php-notice')
      body = Buffer.concat([Buffer.from(fault.text ?? notice), body]);
    if (fault.kind === 'bom') body = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]);
    if (fault.kind === 'invalid-utf8') body = withInvalidUtf8(body);
    if (fault.kind === 'truncate') {
      body = body.subarray(0, fault.bytes ?? Math.floor(body.length / 2));
      sized = true;
    }
    if (fault.kind === 'headers') {
      for (const [name, value] of Object.entries(fault.set)) headers[name.toLowerCase()] = value;
    }
  }
  return { status: wire.status, headers, body, sized };
}

/** Puts invalid UTF-8 into the first name of the first row, or at the end of a text without one. */
function withInvalidUtf8(body: Buffer): Buffer<ArrayBuffer> {
  const mark = '"first_name":"';
  const found = body.indexOf(mark);
  const at = found < 0 ? body.length : found + mark.length;
  return Buffer.concat([body.subarray(0, at), Buffer.from([0xc3, 0x28, 0xff]), body.subarray(at)]);
}
