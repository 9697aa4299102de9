import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { storesQuery } from '../../api/queries.ts';
import type { Store } from '../../api/trpc.ts';
import { useAccess } from '../../api/use-access.ts';
import { ErrorNote } from '../../ui/notes.tsx';
import { NothingHere } from '../../ui/nothing-here.tsx';
import { PageSkeleton, Skeleton } from '../../ui/skeleton.tsx';
import { StoreDialogs } from './store-dialogs.tsx';
import { StoreHeader } from './store-header.tsx';
import { StoreOverview } from './store-overview.tsx';
import type { StoreTab } from './store-search.ts';

const tab = {
  webhooks: lazy(async () => ({ default: (await import('./webhooks-tab.tsx')).WebhooksTab })),
  schedules: lazy(async () => ({ default: (await import('./schedules-tab.tsx')).SchedulesTab })),
  connection: lazy(async () => ({ default: (await import('./connection-tab.tsx')).ConnectionTab })),
  activity: lazy(async () => ({ default: (await import('./activity-tab.tsx')).ActivityTab })),
  settings: lazy(async () => ({ default: (await import('./settings-tab.tsx')).SettingsTab })),
};

const tabWords: Record<StoreTab, string> = {
  overview: 'Overview',
  webhooks: 'Webhooks',
  schedules: 'Schedules',
  connection: 'Connection',
  activity: 'Activity',
  settings: 'Settings',
};

/** Everything about one store. */
export function StorePage() {
  const { storeId } = useParams({ from: '/shell/stores/$storeId' });
  const { tab: chosen = 'overview' } = useSearch({ from: '/shell/stores/$storeId' });
  const { data: stores, error } = useQuery(storesQuery());
  if (!stores) return error ? <ErrorNote error={readApiError(error)} /> : <PageSkeleton />;
  const store = stores.find(({ id }) => id === storeId);
  if (!store) return <NothingHere />;
  return (
    <div className="flex flex-col gap-5">
      <StoreHeader store={store} />
      <Tabs storeId={storeId} chosen={chosen} />
      <Suspense fallback={<Skeleton className="h-72" />}>
        <Content store={store} chosen={chosen} />
      </Suspense>
      <StoreDialogs store={store} />
    </div>
  );
}

function Content({ store, chosen }: { store: Store; chosen: StoreTab }) {
  const access = useAccess();
  if (chosen === 'overview') return <StoreOverview store={store} />;
  const Tab = tab[chosen];
  return <Tab store={store} access={access} />;
}

/** On a phone the tabs scroll sideways, and the chosen one may be out of sight. */
const showTab = (link: HTMLElement | null) =>
  link?.scrollIntoView({ inline: 'nearest', block: 'nearest' });

function Tabs({ storeId, chosen }: { storeId: string; chosen: StoreTab }) {
  return (
    <nav aria-label="Store" className="flex gap-1 overflow-x-auto border-b border-line">
      {(Object.keys(tabWords) as StoreTab[]).map((name) => (
        <Link
          key={name}
          ref={name === chosen ? showTab : undefined}
          to="/stores/$storeId"
          params={{ storeId }}
          search={name === 'overview' ? {} : { tab: name }}
          resetScroll={false}
          activeOptions={{ exact: true, includeSearch: true }}
          className={`-mb-px border-b-2 px-3 py-2 whitespace-nowrap focus-visible:-outline-offset-2 ${name === chosen ? 'border-accent font-medium text-ink' : 'border-transparent text-muted hover:text-ink'}`}
        >
          {tabWords[name]}
        </Link>
      ))}
    </nav>
  );
}
