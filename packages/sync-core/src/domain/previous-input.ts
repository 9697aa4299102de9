/**
 * Accepts `runId`, which versions before 0.2 called `runId`, in what a caller or a job sends. For one
 * version only. Anything else, and an input that has both, passes unchanged.
 */
export function acceptQueueId(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  if (!('runId' in input) || 'runId' in input) return input;
  const { runId, ...rest } = input;
  return { ...rest, runId: runId };
}
