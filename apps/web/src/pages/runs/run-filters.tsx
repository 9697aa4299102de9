import type { Run, Store } from '../../api/trpc.ts';
import { Select } from '../../ui/fields.tsx';
import { KINDS, RUN_STATES } from '../../words/status.ts';

export interface RunsFilter {
  store?: string | undefined;
  state?: Run['state'] | undefined;
  kind?: Run['kind'] | undefined;
}

export function RunFilters(props: {
  stores: readonly Store[];
  filter: RunsFilter;
  onChange: (changes: RunsFilter) => void;
}) {
  const { filter, onChange } = props;
  return (
    <div className="grid w-full grid-cols-2 gap-3 sm:flex sm:w-auto">
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
        onChoose={(kind) => onChange({ kind: kind as RunsFilter['kind'] })}
      />
      <Choice
        label="State"
        all="All states"
        chosen={filter.state}
        choices={Object.entries(RUN_STATES)}
        onChoose={(state) => onChange({ state: state as RunsFilter['state'] })}
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
