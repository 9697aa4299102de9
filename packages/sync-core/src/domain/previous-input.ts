/**
 * Accepts `queueId`, the previous version's name of `runId`, in the input of a call or job. For one version
 * only. All other input, and input with both names, passes unchanged.
 */
export function acceptQueueId(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  if (!('queueId' in input) || 'runId' in input) return input;
  const { queueId, ...rest } = input as Record<string, unknown>;
  return { ...rest, runId: queueId };
}
