import { z } from 'zod';

/** Explains a failed customer's error to the operator. */
export const failureHelpSchema = z.object({
  /** The invalid field, dotted, such as `billing.city`; null where the error concerns no field. */
  field: z.string().nullable(),
  /** The value that the store sent, shortened for display; null where it is unknown. */
  received: z.string().nullable(),
  expected: z.string().nullable(),
  /** The likely cause. */
  cause: z.string().nullable(),
  /** What to do. */
  fix: z.string().nullable(),
});

export type FailureHelp = z.infer<typeof failureHelpSchema>;

interface Advice {
  cause: string;
  fix: string;
}

/** Causes and fixes by error code. */
export const FAILURE_ADVICE: Readonly<Record<string, Advice>> = {
  schema: {
    cause:
      'A plugin, an import or a custom script saved this field in a format that WooCommerce does not use.',
    fix: 'Open the customer in WordPress, save the profile again, then retry. If it returns, check the plugin that writes this field.',
  },
  bad_id: {
    cause: 'The store sent a customer without a usable number.',
    fix: 'Find the plugin that changes REST API responses, and disable it for /wc/v3/customers.',
  },
  too_large: {
    cause: 'A plugin stores a very large amount of data with this customer.',
    fix: 'Open the custom fields of the user in WordPress and remove those that are not needed, then retry.',
  },
  too_deep: {
    cause: 'A plugin stores deeply nested data with this customer.',
    fix: 'Open the custom fields of the user in WordPress and remove those that are not needed, then retry.',
  },
  unreadable_record: {
    cause: 'The store returns an internal error for this customer.',
    fix: 'See WooCommerce → Status → Logs (fatal-errors) at the time of the failure; fix the record or the plugin named there, then retry.',
  },
  cannot_be_stored: {
    cause: 'The database refused a value of this customer.',
    fix: 'Check the value below; correct the value in the store, then retry.',
  },
  request_budget_spent: {
    cause: 'This run reached its limit of requests to the store.',
    fix: 'Retry: the next round gets a new limit.',
  },
  database_timeout: {
    cause: 'The database was busy, or a lock timed out.',
    fix: 'Retry. If it returns, ask the operator of Mantis Sync to check the database.',
  },
  worker_died: {
    cause: 'The worker process crashed several times while saving this customer.',
    fix: 'Ask the operator of Mantis Sync to check the worker’s log, then retry with override.',
  },
  internal_error: {
    cause: 'An internal error in Mantis Sync.',
    fix: 'Ask the operator of Mantis Sync to check the worker’s log, then retry.',
  },
};

const LONGEST = 80;

/** Explains an error. `payload` is the store's row, if it is still stored. */
export function explainFailure(
  { code, message }: { code: string; message: string },
  payload: unknown,
): FailureHelp {
  const named = /^([\w.?]+): expected (.+)$/.exec(message);
  const field = named?.[1] ?? null;
  const advice = FAILURE_ADVICE[code];
  return {
    field,
    expected: named?.[2] ?? null,
    received: field === null || !isObject(payload) ? null : describeValue(valueAt(payload, field)),
    cause: advice?.cause ?? null,
    fix: advice?.fix ?? null,
  };
}

/** A short description of a value: its type and as much of it as fits. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing (the field is missing)';
  if (value === null) return 'null';
  if (Array.isArray(value)) {
    if (value.length === 0) return 'an empty list';
    return value.length === 1 ? 'a list with 1 entry' : `a list with ${value.length} entries`;
  }
  if (isObject(value)) return 'an object';
  if (typeof value === 'string') return `${JSON.stringify(cut(value))} (text)`;
  return `${JSON.stringify(value)} (${typeof value === 'boolean' ? 'true or false' : typeof value})`;
}

/** Name and email of a customer from the store's row; null where it has none. */
export function nameInPayload(payload: unknown): { name: string | null; email: string | null } {
  const name = [textAt(payload, 'first_name'), textAt(payload, 'last_name')]
    .filter((part) => part !== null)
    .join(' ');
  return {
    name: name || textAt(payload, 'billing.company') || textAt(payload, 'username'),
    email: textAt(payload, 'email') ?? textAt(payload, 'billing.email'),
  };
}

function textAt(payload: unknown, path: string): string | null {
  const value = valueAt(payload, path);
  if (typeof value !== 'string') return null;
  return value.trim().slice(0, 320) || null;
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>(
    // An array takes an index as text too, which its type does not say.
    (inner, key) => (isObject(inner) || Array.isArray(inner) ? inner[key as never] : undefined),
    value,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Masks values that look like API keys, in case a store echoes them. */
function cut(text: string): string {
  const shown = text.replaceAll(/\b(c[ks])_\w{6,}/g, '$1_…');
  return shown.length <= LONGEST ? shown : `${shown.slice(0, LONGEST - 1)}…`;
}
