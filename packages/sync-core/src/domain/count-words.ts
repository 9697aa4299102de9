/** A number as English sentences write it, such as `20,000`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-GB');
}

/** A number with its noun, such as `1 customer` and `20,000 customers`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
