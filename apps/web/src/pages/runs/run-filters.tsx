import { RUN_STATES } from '../../words/status.ts';
import type { Run, Store } from '../../api/trpc.ts';
import { Select } from '../../ui/fields.tsx';

export function RunFilters(props: {
  stores: readonly Store[];
  store: string | undefined;
  state: Run['state'] | undefined;
  onStore: (store: string | undefined) => void;
  onState: (state: Run['state'] | undefined) => void;
}) {
  return (
    <div className="flex w-full gap-3 sm:w-auto">
      <Select
        label="Store"
        value={props.store ?? ''}
        onChange={(event) => props.onStore(event.target.value || undefined)}
      >
        <option value="">All stores</option>
        {props.stores.map((store) => (
          <option key={store.id} value={store.id}>
            {store.name}
          </option>
        ))}
      </Select>
      <Select
        label="State"
        value={props.state ?? ''}
        onChange={(event) =>
          props.onState((event.target.value || undefined) as Run['state'] | undefined)
        }
      >
        <option value="">All states</option>
        {Object.entries(RUN_STATES).map(([state, word]) => (
          <option key={state} value={state}>
            {word}
          </option>
        ))}
      </Select>
    </div>
  );
}
