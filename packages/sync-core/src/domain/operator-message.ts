/** One text for an operator: what happened, and what to do. */
export function toOperatorMessage(error: { message: string; advice: string }): string {
  return `${error.message} ${error.advice}`;
}
