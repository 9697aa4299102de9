import type { Line } from './trpc.ts';

export interface FailureGroup {
  code: string;
  message: string;
  count: number;
}

/** Failed customers by their reason, the most frequent first. */
export function groupFailures(lines: readonly Line[]): FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const { error } of lines) {
    if (!error) continue;
    const known = groups.get(error.message);
    if (known) known.count++;
    else groups.set(error.message, { ...error, count: 1 });
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count);
}
