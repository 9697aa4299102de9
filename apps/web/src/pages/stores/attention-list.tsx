import type { ReactNode } from 'react';
import type { AttentionItem } from '../../words/attention.ts';
import type { Store } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { RunLink } from '../../ui/links.tsx';

/** More would push the stores themselves off the page. */
const shown = 5;

/** On top of all stores: what waits for a person, why, and the button that helps. */
export function AttentionList(props: {
  needs: readonly AttentionItem[];
  /** Where more than a few need a person: to those stores alone. */
  more: ReactNode;
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
        {props.needs.slice(0, shown).map(({ store, text, suggestedAction }) => (
          <li
            key={store.id}
            className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3 sm:px-5"
          >
            <div className="min-w-0 flex-1 basis-72">
              <p className="font-medium wrap-break-word">{store.name}</p>
              <p className="wrap-break-word text-muted">{text}</p>
            </div>
            <div className="flex flex-wrap gap-2">
              {suggestedAction === 'run' && store.lastRun && (
                <RunLink
                  runId={store.lastRun.runId}
                  className="inline-flex h-9 items-center rounded-md border border-line-strong px-3 font-medium hover:bg-sunken"
                >
                  See the run
                </RunLink>
              )}
              {suggestedAction !== 'run' && (
                <Button onClick={() => props.onConnection(store)}>See what is wrong</Button>
              )}
              {suggestedAction === 'resume' && (
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
      {props.needs.length > shown && (
        <p className="border-t border-line px-4 py-2.5 sm:px-5">{props.more}</p>
      )}
    </section>
  );
}
