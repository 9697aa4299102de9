import type { Need } from '../needs.ts';
import type { Store } from '../trpc.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { RunLink } from './links.tsx';

/** On top of all stores: what waits for a person, why, and the button that helps. */
export function NeedsList(props: {
  needs: readonly Need[];
  /** The store that is being resumed. */
  resuming: string | null;
  onResume: (store: Store) => void;
  onConnection: (store: Store) => void;
}) {
  if (props.needs.length === 0) return null;
  return (
    <section
      aria-labelledby="needs"
      className="mb-5 overflow-hidden rounded-lg border border-bad bg-surface shadow-card"
    >
      <h2
        id="needs"
        className="flex items-center gap-2 bg-bad-soft px-4 py-2.5 font-semibold text-bad sm:px-5"
      >
        <Icon name="alert" />
        {props.needs.length === 1
          ? 'One store needs a person'
          : `${props.needs.length} stores need a person`}
      </h2>
      <ul className="divide-y divide-line">
        {props.needs.map(({ store, text, cure }) => (
          <li
            key={store.id}
            className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3 sm:px-5"
          >
            <div className="min-w-0 flex-1 basis-72">
              <p className="font-medium wrap-break-word">{store.name}</p>
              <p className="wrap-break-word text-muted">{text}</p>
            </div>
            <div className="flex flex-wrap gap-2">
              {cure === 'run' && store.lastRun && (
                <RunLink
                  queueId={store.lastRun.queueId}
                  className="inline-flex h-9 items-center rounded-md border border-line-strong px-3 font-medium hover:bg-sunken"
                >
                  See the run
                </RunLink>
              )}
              {cure !== 'run' && (
                <Button onClick={() => props.onConnection(store)}>See what is wrong</Button>
              )}
              {cure === 'resume' && (
                <Button
                  icon="play"
                  isBusy={props.resuming === store.id}
                  onClick={() => props.onResume(store)}
                >
                  Resume {store.name}
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
