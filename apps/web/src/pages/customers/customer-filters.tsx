import { useState, type ReactNode } from 'react';
import type { CustomerFilter } from '../../api/customer-filter.ts';
import { countryName, roleWord } from '../../words/customer.ts';
import type { CustomerFacets, Store } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { CustomerSearch } from './customer-search.tsx';

/** Null removes a value; missing ones stay unchanged. */
export type FilterChanges = {
  [Key in Exclude<keyof CustomerFilter, 'storeId'>]?: CustomerFilter[Key] | undefined;
} & { storeId?: string | null };

const statuses = { present: 'Active', deleted: 'Deleted', all: 'Active and deleted' } as const;

/** Filters of the customer list. */
export function CustomerFilters(props: {
  filter: CustomerFilter;
  stores: readonly Store[];
  facets: CustomerFacets | undefined;
  onChange: (changes: FilterChanges) => void;
  onClear: () => void;
  /** The menu of saved views. */
  children: ReactNode;
}) {
  const { filter, onChange } = props;
  const [isOpen, setIsOpen] = useState(false);
  const { q, sort: _sort, ...chosen } = filter;
  const chosenCount = Object.keys(chosen).length;
  return (
    <div className="mb-4 flex flex-wrap items-center gap-2">
      <CustomerSearch q={q ?? ''} onQ={(next) => onChange({ q: next })} />
      {props.children}
      <Button
        className="h-10 flex-1 sm:hidden"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        {chosenCount === 0 ? 'Filters' : `Filters (${chosenCount})`}
      </Button>
      <div
        className={`w-full grid-cols-2 items-center gap-2 sm:grid sm:grid-cols-3 lg:flex lg:w-auto ${isOpen ? 'grid' : 'hidden'}`}
      >
        {props.stores.length > 1 && (
          <Choice
            label="Store"
            value={filter.storeId}
            onChoose={(storeId) => onChange({ storeId: storeId ?? null })}
          >
            <option value="">All stores</option>
            {props.stores.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Choice>
        )}
        <Choice label="Role" value={filter.role} onChoose={(role) => onChange({ role })}>
          <option value="">Any role</option>
          {valuesOf(props.facets?.roles, filter.role, roleWord).map(({ value, word }) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </Choice>
        <Choice
          label="Country"
          value={filter.country}
          onChoose={(country) => onChange({ country })}
        >
          <option value="">Any country</option>
          {valuesOf(props.facets?.countries, filter.country, countryName).map(({ value, word }) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </Choice>
        <Choice
          label="Paying"
          value={filter.paying === undefined ? undefined : String(filter.paying)}
          onChoose={(paying) =>
            onChange({ paying: paying === undefined ? paying : paying === 'true' })
          }
        >
          <option value="">Paying or not</option>
          <option value="true">Paying</option>
          <option value="false">Not paying</option>
        </Choice>
        <Choice
          label="Status"
          value={filter.status}
          onChoose={(status) => onChange({ status: status as CustomerFilter['status'] })}
        >
          <option value="">{statuses.present}</option>
          <option value="deleted">{statuses.deleted}</option>
          <option value="all">{statuses.all}</option>
        </Choice>
        {(chosenCount > 0 || q !== undefined) && (
          <Button kind="quiet" icon="close" onClick={props.onClear}>
            Clear
          </Button>
        )}
      </div>
    </div>
  );
}

function Choice(props: {
  label: string;
  value: string | undefined;
  onChoose: (value: string | undefined) => void;
  children: ReactNode;
}) {
  return (
    <select
      aria-label={props.label}
      value={props.value ?? ''}
      onChange={({ target }) => props.onChoose(target.value || undefined)}
      className={`h-10 min-w-0 rounded-md border bg-surface px-2.5 pr-7 lg:max-w-44 ${props.value === undefined ? 'border-line-strong' : 'border-accent font-medium'}`}
    >
      {props.children}
    </select>
  );
}

/** Sorted by label; includes the chosen value even if it is rare. */
function valuesOf(
  known: readonly string[] = [],
  chosen: string | undefined,
  wordOf: (value: string) => string,
): { value: string; word: string }[] {
  const values = new Set(chosen === undefined ? known : [...known, chosen]);
  return [...values]
    .map((value) => ({ value, word: wordOf(value) }))
    .toSorted((a, b) => a.word.localeCompare(b.word));
}
