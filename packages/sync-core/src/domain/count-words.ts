/** Formats a number for a sentence, such as `20,000`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-GB');
}

/** Formats a number with its noun, such as `1 customer` or `20,000 customers`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
