import type { PhpQuery, PhpValue } from './php-query.ts';
import { restError } from './rest-error.ts';
import type { RestError } from './rest-error.ts';

/** The rules of one parameter of a collection. */
export interface ParamRule {
  type: 'integer' | 'ids' | 'enum' | 'email' | 'text';
  minimum?: number;
  maximum?: number;
  values?: readonly string[];
}

export type ParamRules = Readonly<Record<string, ParamRule>>;

interface Complaint {
  code: string;
  message: string;
  data: Record<string, unknown> | null;
}

/**
 * Checks the known parameters as `WP_REST_Request::has_valid_params` does, all together, in the order
 * of the rules; unknown ones are ignored. If all are valid, integers and id lists are
 * rewritten in place as WordPress's sanitising does (which is why the `Link` header shows lists).
 */
export function checkParams(query: PhpQuery, rules: ParamRules): RestError | null {
  const complaints = new Map<string, Complaint>();
  for (const [name, rule] of Object.entries(rules)) {
    const value = query.get(name);
    const complaint = value === undefined ? null : check(name, value, rule);
    if (complaint) complaints.set(name, complaint);
  }
  if (complaints.size > 0) return invalidParams(complaints);
  for (const [name, rule] of Object.entries(rules)) sanitise(query, name, rule);
  return null;
}

function invalidParams(complaints: ReadonlyMap<string, Complaint>): RestError {
  const params = [...complaints].map(([name, complaint]) => [name, complaint.message]);
  return restError(
    400,
    'rest_invalid_param',
    `Invalid parameter(s): ${[...complaints.keys()].join(', ')}`,
    {
      params: Object.fromEntries(params),
      details: Object.fromEntries(complaints),
    },
  );
}

/** The error for a body field of the wrong type, as one invalid parameter. */
export function wrongType(name: string, type: string): RestError {
  return invalidParams(new Map([[name, typeComplaint(name, type)]]));
}

/** The error for a body field with a value that is not allowed. */
export function wrongValue(name: string, values: readonly string[]): RestError {
  return invalidParams(new Map([[name, enumComplaint(name, values)]]));
}

function check(name: string, value: PhpValue, rule: ParamRule): Complaint | null {
  if (rule.type === 'ids') return checkIds(name, value);
  if (typeof value !== 'string')
    return typeComplaint(name, rule.type === 'integer' ? 'integer' : 'string');
  if (rule.type === 'integer') return checkInteger(name, value, rule);
  if (rule.type === 'enum') return checkEnum(name, value, rule.values ?? []);
  if (rule.type === 'email' && !isEmail(value))
    return { code: 'rest_invalid_email', message: 'Invalid email address.', data: null };
  return null;
}

function checkInteger(name: string, value: string, rule: ParamRule): Complaint | null {
  if (!isInteger(value)) return typeComplaint(name, 'integer');
  const { minimum, maximum } = rule;
  const number = Number(value);
  const below = minimum !== undefined && number < minimum;
  const above = maximum !== undefined && number > maximum;
  if (!below && !above) return null;
  const message =
    minimum !== undefined && maximum !== undefined
      ? `${name} must be between ${minimum} (inclusive) and ${maximum} (inclusive)`
      : `${name} must be greater than or equal to ${minimum}`;
  return { code: 'rest_out_of_bounds', message, data: null };
}

function checkEnum(name: string, value: string, values: readonly string[]): Complaint | null {
  return values.includes(value) ? null : enumComplaint(name, values);
}

function enumComplaint(name: string, values: readonly string[]): Complaint {
  const last = values.at(-1) ?? '';
  const list =
    values.length === 2 ? values.join(' and ') : `${values.slice(0, -1).join(', ')}, and ${last}`;
  return { code: 'rest_not_in_enum', message: `${name} is not one of ${list}.`, data: null };
}

function checkIds(name: string, value: PhpValue): Complaint | null {
  const wrong = idTexts(value).findIndex((text) => !isInteger(text));
  return wrong < 0 ? null : typeComplaint(`${name}[${wrong}]`, 'integer');
}

function typeComplaint(name: string, type: string): Complaint {
  const message = `${name} is not of type ${type}.`;
  return { code: 'rest_invalid_type', message, data: { param: name } };
}

function sanitise(query: PhpQuery, name: string, rule: ParamRule): void {
  const value = query.get(name);
  if (value === undefined) return;
  if (rule.type === 'integer') query.set(name, String(Math.abs(Math.trunc(Number(value)))));
  if (rule.type === 'ids')
    query.set(
      name,
      new Map(idTexts(value).map((text, at) => [String(at), String(Math.trunc(Number(text)))])),
    );
}

function idTexts(value: PhpValue): string[] {
  return typeof value === 'string'
    ? value.split(/[\s,]+/).filter((part) => part !== '')
    : [...value.values()];
}

/** The ids of a list parameter that passed `checkParams`; empty if it was not given. */
export function idList(query: PhpQuery, name: string): number[] {
  const value = query.get(name);
  return value === undefined ? [] : idTexts(value).map(Number);
}

/** The text of a parameter; undefined if it was not given or is a list. */
export function textOf(query: PhpQuery, name: string): string | undefined {
  const value = query.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** The number of a parameter that passed `checkParams`. */
export function numberOf(query: PhpQuery, name: string): number | undefined {
  const text = textOf(query, name);
  return text === undefined ? undefined : Number(text);
}

function isInteger(text: string): boolean {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) && Number.isInteger(Number(text));
}

/** Approximates WordPress's `is_email`: ASCII local part, a domain with a dot. */
export function isEmail(text: string): boolean {
  return /^[a-zA-Z0-9!#$%&'*+/=?^_`{|}~.-]+@([a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+$/.test(text);
}
