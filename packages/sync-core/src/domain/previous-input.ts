/**
 * Accepts `queueId`, the previous version's name of `runId`, in what a caller or a job sends. For one
 * version only. Any other input, and one that has both, passes unchanged.
 */
export function acceptQueueId(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  if (!('queueId' in input) || 'runId' in input) return input;
  const { queueId, ...rest } = input as Record<string, unknown>;
  return { ...rest, runId: queueId };
}
