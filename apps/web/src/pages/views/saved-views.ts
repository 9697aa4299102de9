import * as v from 'valibot';
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../../api/queries.ts';
import { readStored, writeStored } from '../../ui/stored.ts';
import { compareNames } from '../../words/format.ts';

/** The filters and order of a list, under a name. */
export interface View<Search> {
  name: string;
  /** The parameters of the list's address. */
  search: Search;
}

export type SearchSchema<Search> = v.GenericSchema<unknown, Search>;

/** Equal for equal filters, in whatever order the address has them. */
export function keyOfSearch<Search>(schema: SearchSchema<Search>, search: unknown): string {
  return JSON.stringify(v.parse(schema, search));
}

/** Adds a view in place of those with its name or its filters. */
export function withView<Search>(
  views: readonly View<Search>[],
  view: View<Search>,
  schema: SearchSchema<Search>,
): View<Search>[] {
  const key = keyOfSearch(schema, view.search);
  return views
    .filter(({ name, search }) => name !== view.name && keyOfSearch(schema, search) !== key)
    .concat(view)
    .toSorted((a, b) => compareNames(a.name, b.name));
}

/** The views of a list that the user saved in this browser, for this organisation. */
export function useSavedViews<Search>(list: string, schema: SearchSchema<Search>) {
  const { data: me } = useQuery(meQuery());
  const storageKey = `mantis-views-${list}-${me?.organisation?.id}-${me?.user?.id}`;
  const read = (): View<Search>[] =>
    readStored(storageKey, v.array(v.object({ name: v.string(), search: schema })), []);
  const [views, setViews] = useState(read);
  // Another tab may have saved some since.
  function change(next: (known: View<Search>[]) => View<Search>[]): void {
    const changed = next(read());
    writeStored(storageKey, changed);
    setViews(changed);
  }
  return {
    views,
    save: (view: View<Search>) => change((known) => withView(known, view, schema)),
    remove: (name: string) => change((known) => known.filter((view) => view.name !== name)),
  };
}
