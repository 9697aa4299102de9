export interface RowKey {
  key: string;
  /** Index of the focused row; -1 for none. */
  at: number;
  /** Number of rows. */
  count: number;
  /** The focus is in a text field. */
  isTyping: boolean;
  /** It is the search field of the list. */
  isSearch: boolean;
}

/**
 * The target of a key in a list: j and k anywhere but in a field, arrows between rows and between the first
 * row and the search field. Null for none.
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
