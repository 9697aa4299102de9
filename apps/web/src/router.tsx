import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { isUnauthorized } from './api-error.ts';
import { PageSkeleton } from './components/skeleton.tsx';
import { activityQuery, meQuery, runQuery, runsQuery, storesQuery } from './queries.ts';
import { NotFoundPage } from './routes/not-found.tsx';
import { RouteError } from './routes/route-error.tsx';
import {
  indexSearch,
  runFilter,
  runSearch,
  runsSearch,
  signInSearch,
  storesSearch,
} from './routes/search.ts';
import { Shell } from './routes/shell.tsx';
import { queryClient } from './trpc.ts';

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: signInSearch,
  beforeLoad: async ({ search }) => {
    if (await isSignedIn()) throw redirect({ href: search.redirect ?? '/stores' });
  },
  component: lazyRouteComponent(() => import('./routes/sign-in.tsx'), 'SignInPage'),
});

/** Where sign-in links lead, with the reason where one did not work. */
const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: indexSearch,
  beforeLoad: ({ search }) => {
    if (search.error !== undefined)
      throw redirect({ to: '/sign-in', search: { error: search.error } });
    throw redirect({ to: '/stores' });
  },
});

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    if (!(await isSignedIn()))
      throw redirect({ to: '/sign-in', search: { redirect: location.href } });
  },
  component: Shell,
});

const storesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/stores',
  validateSearch: storesSearch,
  loader: () => void queryClient.prefetchQuery(storesQuery()),
  component: lazyRouteComponent(() => import('./routes/stores.tsx'), 'StoresPage'),
});

const runsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/runs',
  validateSearch: runsSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => {
    void queryClient.prefetchQuery(storesQuery());
    void queryClient.prefetchInfiniteQuery(runsQuery(runFilter(deps)));
  },
  component: lazyRouteComponent(() => import('./routes/runs.tsx'), 'RunsPage'),
});

const runRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/runs/$queueId',
  validateSearch: runSearch,
  loader: ({ params: { queueId } }) => {
    void queryClient.prefetchQuery(runQuery(queueId));
    void queryClient.prefetchQuery(storesQuery());
    void queryClient.prefetchInfiniteQuery(activityQuery(queueId));
  },
  component: lazyRouteComponent(() => import('./routes/run.tsx'), 'RunPage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./routes/settings/settings.tsx'), 'SettingsPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    signInRoute,
    indexRoute,
    shellRoute.addChildren([storesRoute, runsRoute, runRoute, settingsRoute]),
  ]),
  defaultPreload: 'intent',
  // The query cache decides how old is too old.
  defaultPreloadStaleTime: 0,
  defaultPendingComponent: PageSkeleton,
  defaultErrorComponent: RouteError,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** @throws where the API does not answer */
async function isSignedIn(): Promise<boolean> {
  try {
    await queryClient.ensureQueryData(meQuery());
    return true;
  } catch (error) {
    if (isUnauthorized(error)) return false;
    throw error;
  }
}
