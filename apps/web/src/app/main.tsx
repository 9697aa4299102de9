import { QueryClientProvider } from '@tanstack/react-query';
import { type AnyRoute, RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isUnauthorized } from '../api/api-error.ts';
import { meQuery } from '../api/queries.ts';
import { router } from './router.tsx';
import './styles.css';
import { queryClient } from '../api/trpc.ts';

// Any call that finds the session ended leads to the sign-in page and back.
queryClient.getQueryCache().subscribe((event) => {
  if (event.type === 'updated' && event.action.type === 'error') onFailure(event.action.error);
});
queryClient.getMutationCache().subscribe((event) => {
  if (event.type === 'updated' && event.action.type === 'error') onFailure(event.action.error);
});

function onFailure(error: unknown): void {
  if (!isUnauthorized(error)) return;
  queryClient.removeQueries({ queryKey: meQuery().queryKey });
  void router.invalidate();
}

// The code of the page is fetched while the session is checked, not after: on a slow network that is a whole
// round trip.
const routes: Record<string, AnyRoute> = router.routesById;
for (const { routeId } of router.matchRoutes(router.latestLocation))
  void routes[routeId]?.options.component?.preload?.();

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root element');
// In a task of its own: together with the evaluation of the code it blocks a slow phone for a quarter of a second.
setTimeout(() =>
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  ),
);
