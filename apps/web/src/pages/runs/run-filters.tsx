import type { ReactNode } from 'react';
import type { Store } from '../../api/trpc.ts';
import { Select } from '../../ui/fields.tsx';
import { capitalise } from '../../words/format.ts';
import { KINDS, RUN_STATES, STARTERS } from '../../words/status.ts';
import type { RunsSearch } from './runs-search.ts';

const periods = [
  ['1', 'Today'],
  ['7', 'Last 7 days'],
  ['30', 'Last 30 days'],
] as const;

export function RunFilters(props: {
  stores: readonly Store[];
  filter: RunsSearch;
  onChange: (changes: RunsSearch) => void;
  /** The menu of saved views. */
  children: ReactNode;
}) {
  const { filter, onChange } = props;
  return (
    <div className="grid w-full grid-cols-2 gap-3 sm:flex sm:w-auto sm:flex-wrap">
      {props.children}
      <Choice
        label="Store"
        all="All stores"
        chosen={filter.store}
        choices={props.stores.map(({ id, name }) => [id, name])}
        onChoose={(store) => onChange({ store })}
      />
      <Choice
        label="Kind"
        all="All kinds"
        chosen={filter.kind}
        choices={Object.entries(KINDS)}
        onChoose={(kind) => onChange({ kind: kind as RunsSearch['kind'] })}
      />
      <Choice
        label="State"
        all="All states"
        chosen={filter.state}
        choices={Object.entries(RUN_STATES)}
        onChoose={(state) => onChange({ state: state as RunsSearch['state'] })}
      />
      <Choice
        label="Started by"
        all="Anyone"
        chosen={filter.starter}
        choices={Object.entries(STARTERS).map(([type, words]) => [type, capitalise(words)])}
        onChoose={(starter) => onChange({ starter: starter as RunsSearch['starter'] })}
      />
      <Choice
        label="Period"
        all="Any time"
        chosen={filter.days?.toString()}
        choices={periods}
        onChoose={(days) =>
          onChange({ days: days === undefined ? undefined : (Number(days) as RunsSearch['days']) })
        }
      />
    </div>
  );
}

function Choice(props: {
  label: string;
  all: string;
  chosen: string | undefined;
  choices: readonly (readonly [value: string, label: string])[];
  onChoose: (value: string | undefined) => void;
}) {
  return (
    <Select
      label={props.label}
      value={props.chosen ?? ''}
      onChange={(event) => props.onChoose(event.target.value || undefined)}
    >
      <option value="">{props.all}</option>
      {props.choices.map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </Select>
  );
}
