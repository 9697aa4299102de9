import * as v from 'valibot';
import { useState } from 'react';
import { readStored, writeStored } from '../../ui/stored.ts';

/** The columns that can be hidden, with their headings. */
export const COLUMNS = [
  { column: 'company', label: 'Company' },
  { column: 'email', label: 'Email' },
  { column: 'phone', label: 'Phone' },
  { column: 'location', label: 'Location' },
  { column: 'role', label: 'Role' },
  { column: 'store', label: 'Store' },
] as const;
export type Column = (typeof COLUMNS)[number]['column'];

const storageKey = 'mantis-hidden-columns';
const columns = v.array(v.picklist(COLUMNS.map(({ column }) => column)));

/** The columns that are hidden in this browser, and how to hide or show one. */
export function useHiddenColumns(): [readonly Column[], (column: Column) => void] {
  const [hidden, setHidden] = useState(() => readStored(storageKey, columns, []));
  function toggle(column: Column): void {
    const next = hidden.includes(column)
      ? hidden.filter((each) => each !== column)
      : [...hidden, column];
    setHidden(next);
    writeStored(storageKey, next);
  }
  return [hidden, toggle];
}
