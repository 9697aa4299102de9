/** The command was called with wrong arguments or settings. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
