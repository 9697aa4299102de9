export interface RowKey {
  key: string;
  /** The row that has the focus; -1 where none has. */
  at: number;
  /** How many rows there are. */
  count: number;
  /** What is typed there is text. */
  isTyping: boolean;
  /** That text narrows the rows down. */
  isSearch: boolean;
}

/**
 * Where a key leads in a list: j and k from anywhere but a field, arrows from row to row and between the
 * first row and the search field. Null where it leads nowhere.
 */
export function rowAfter({ key, at, count, isTyping, isSearch }: RowKey): number | 'search' | null {
  const last = count - 1;
  if (last < 0) return null;
  if (isTyping) return isSearch && key === 'ArrowDown' ? 0 : null;
  if (key === 'j') return Math.min(at + 1, last);
  if (key === 'k') return Math.max(at - 1, 0);
  if (at === -1) return null;
  if (key === 'ArrowDown') return Math.min(at + 1, last);
  if (key === 'ArrowUp') return at === 0 ? 'search' : at - 1;
  if (key === 'Home') return 0;
  return key === 'End' ? last : null;
}
