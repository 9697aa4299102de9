import { parse } from 'valibot';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { signedInAs } from '../api/auth-client.ts';
import { PageSkeleton } from '../ui/skeleton.tsx';
import {
  activityQuery,
  customerHistoryQuery,
  customerQuery,
  customersQuery,
  facetsQuery,
  meQuery,
  runQuery,
  runsQuery,
  storesQuery,
} from '../api/queries.ts';
import { NothingHere } from '../ui/nothing-here.tsx';
import { storeSearch } from '../pages/store/store-search.ts';
import { Root } from './root.tsx';
import { RouteError } from './route-error.tsx';
import { connectSearch } from '../pages/connect/connect-search.ts';
import { customerFilter, customersSearch } from '../pages/customers/customers-search.ts';
import { indexSearch, resetPasswordSearch, signInSearch } from '../pages/sign-in/sign-in-search.ts';
import { runFilter, runsSearch } from '../pages/runs/runs-search.ts';
import { runSearch } from '../pages/run/run-search.ts';
import { storesSearch } from '../pages/stores/stores-search.ts';
import { Shell } from './shell.tsx';
import { queryClient } from '../api/trpc.ts';

const rootRoute = createRootRoute({ component: Root, notFoundComponent: NothingHere });

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  staticData: { title: 'Sign in' },
  validateSearch: signInSearch,
  beforeLoad: async ({ search }) => {
    if ((await signedInAs()) !== null) throw redirect({ href: search.redirect ?? '/stores' });
  },
  component: lazyRouteComponent(() => import('../pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
});

const requestLinkRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in/link',
  staticData: { title: 'Get back in' },
  component: lazyRouteComponent(
    () => import('../pages/sign-in/request-link-page.tsx'),
    'RequestLinkPage',
  ),
});

const resetPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
  staticData: { title: 'Choose a password' },
  validateSearch: resetPasswordSearch,
  component: lazyRouteComponent(
    () => import('../pages/sign-in/reset-password-page.tsx'),
    'ResetPasswordPage',
  ),
});

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitations/$token',
  staticData: { title: 'Invitation' },
  component: lazyRouteComponent(
    () => import('../pages/invitation/invitation-page.tsx'),
    'InvitationPage',
  ),
});

/** Our documents, for signed-out users too. */
const helpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/help/$document',
  staticData: { title: 'Help' },
  component: lazyRouteComponent(() => import('../pages/help/help-page.tsx'), 'HelpPage'),
});

/** The target of sign-in links, with the reason if one failed. */
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
  staticData: { title: 'Stores' },
  validateSearch: storesSearch,
  loader: () => void queryClient.prefetchQuery(storesQuery()),
  component: lazyRouteComponent(() => import('../pages/stores/stores-page.tsx'), 'StoresPage'),
});

const connectRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/connect',
  staticData: { title: 'Connect a store' },
  validateSearch: connectSearch,
  // The store sends its nonce too, which must not stay in the address.
  beforeLoad: ({ location, search }) => {
    if ('user_id' in location.search)
      throw redirect({ to: '/connect', search: parse(connectSearch, search), replace: true });
  },
  component: lazyRouteComponent(() => import('../pages/connect/connect-page.tsx'), 'ConnectPage'),
});

const runsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/runs',
  staticData: { title: 'Runs' },
  validateSearch: runsSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => {
    void queryClient.prefetchQuery(storesQuery());
    void queryClient.prefetchInfiniteQuery(runsQuery(runFilter(deps)));
  },
  component: lazyRouteComponent(() => import('../pages/runs/runs-page.tsx'), 'RunsPage'),
});

const runRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/runs/$runId',
  staticData: { title: 'Run' },
  validateSearch: runSearch,
  loader: ({ params: { runId } }) => {
    void queryClient.prefetchQuery(runQuery(runId));
    void queryClient.prefetchQuery(storesQuery());
    void queryClient.prefetchInfiniteQuery(activityQuery(runId));
  },
  component: lazyRouteComponent(() => import('../pages/run/run-page.tsx'), 'RunPage'),
});

const customersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers',
  staticData: { title: 'Customers' },
  validateSearch: customersSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => {
    void queryClient.prefetchQuery(storesQuery());
    void queryClient.prefetchQuery(facetsQuery(deps.store));
    void queryClient.prefetchInfiniteQuery(customersQuery(customerFilter(deps)));
  },
  component: lazyRouteComponent(
    () => import('../pages/customers/customers-page.tsx'),
    'CustomersPage',
  ),
});

const customerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/$storeId/$wooId',
  // No customer names: the browser's history keeps titles.
  staticData: { title: 'Customer' },
  params: {
    parse: ({ storeId, wooId }) => ({ storeId, wooId: Number(wooId) }),
    stringify: ({ storeId, wooId }) => ({ storeId, wooId: String(wooId) }),
  },
  loader: ({ params: { storeId, wooId } }) => {
    void queryClient.prefetchQuery(customerQuery(storeId, wooId));
    void queryClient.prefetchQuery(storesQuery());
    void queryClient.prefetchInfiniteQuery(customerHistoryQuery(storeId, wooId));
  },
  component: lazyRouteComponent(
    () => import('../pages/customers/customer-page.tsx'),
    'CustomerPage',
  ),
});

/** Any other address, for signed-in users: with header and navigation. */
const unknownRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/$',
  staticData: { title: 'Page not found' },
  component: NothingHere,
});

const storeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/stores/$storeId',
  staticData: { title: 'Store' },
  validateSearch: storeSearch,
  loader: () => void queryClient.prefetchQuery(storesQuery()),
  component: lazyRouteComponent(() => import('../pages/store/store-page.tsx'), 'StorePage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  staticData: { title: 'Settings' },
  component: lazyRouteComponent(
    () => import('../pages/settings/settings-page.tsx'),
    'SettingsPage',
  ),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    signInRoute,
    requestLinkRoute,
    resetPasswordRoute,
    invitationRoute,
    helpRoute,
    indexRoute,
    shellRoute.addChildren([
      storesRoute,
      storeRoute,
      connectRoute,
      runsRoute,
      runRoute,
      customersRoute,
      customerRoute,
      settingsRoute,
      unknownRoute,
    ]),
  ]),
  defaultPreload: 'intent',
  // The query cache decides what is stale.
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

/** @throws if the API is unavailable */
async function isSignedIn(): Promise<boolean> {
  const me = await queryClient.ensureQueryData(meQuery());
  // Not cached: the user may sign in meanwhile in another tab.
  if (!me) queryClient.removeQueries({ queryKey: meQuery().queryKey });
  return me !== null;
}
