import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import type { Store } from '../../api/trpc.ts';
import { Button, buttonLook } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { RunLink, StoreLink } from '../../ui/links.tsx';
import type { AttentionItem } from '../../words/attention.ts';
import { count } from '../../words/format.ts';

/** More would push the stores off the page. */
const shown = 5;

/** Stores that need attention, with the reason and an action. */
export function AttentionList(props: {
  items: readonly AttentionItem[];
  /** If there are more: links to those stores. */
  more: ReactNode;
  canOperate: boolean;
  /** The store that is being resumed. */
  resuming: string | null;
  onResume: (store: Store) => void;
}) {
  const { items } = props;
  if (items.length === 0) return null;
  return (
    <section
      aria-labelledby="attention"
      className="mb-5 overflow-hidden rounded-lg border border-bad bg-surface shadow-card"
    >
      <h2
        id="attention"
        className="flex items-center gap-2 bg-bad-soft px-4 py-2.5 font-semibold text-bad sm:px-5"
      >
        <Icon name="alert" />
        {count(items.length, 'store needs attention', 'stores need attention')}
      </h2>
      <ul className="divide-y divide-line">
        {items.slice(0, shown).map(({ store, text, suggestedAction }) => (
          <li
            key={store.id}
            className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3 sm:px-5"
          >
            <div className="min-w-0 flex-1 basis-72">
              <StoreLink storeId={store.id} className="font-medium wrap-break-word hover:underline">
                {store.name}
              </StoreLink>
              <p className="wrap-break-word text-muted">{text}</p>
            </div>
            <div className="flex flex-wrap gap-2">
              {suggestedAction === 'run' && store.lastRun && (
                <RunLink runId={store.lastRun.runId} className={buttonLook()}>
                  Open the run
                </RunLink>
              )}
              {suggestedAction !== 'run' && (
                <Link
                  to="/stores/$storeId"
                  params={{ storeId: store.id }}
                  search={{ tab: 'connection' }}
                  className={buttonLook()}
                >
                  Check connection
                </Link>
              )}
              {suggestedAction === 'resume' && props.canOperate && (
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
      {items.length > shown && (
        <p className="border-t border-line px-4 py-2.5 sm:px-5">{props.more}</p>
      )}
    </section>
  );
}
