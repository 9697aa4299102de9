const escapes: string[] = [];

/**
 * PHP's `json_encode` without flags, as WordPress calls it: `/` becomes `\/` and everything outside
 * ASCII becomes `\uXXXX` (lower-case hex, surrogate pairs), so a body is plain ASCII.
 */
export function phpJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/[\u0080-\uffff]+/g, escapeRun)
    .replaceAll('/', '\\/');
}

function escapeRun(run: string): string {
  let escaped = '';
  for (let at = 0; at < run.length; at++) escaped += escapeUnit(run.charCodeAt(at));
  return escaped;
}

function escapeUnit(unit: number): string {
  return (escapes[unit] ??= '\\u' + unit.toString(16).padStart(4, '0'));
}
