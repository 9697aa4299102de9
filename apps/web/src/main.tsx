import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isUnauthorized } from './api-error.ts';
import { meQuery } from './queries.ts';
import { router } from './router.tsx';
import './styles.css';
import { queryClient } from './trpc.ts';

// Whatever call finds that the session is over, the person is sent to sign in and back again.
function onSettled({ type, action }: { type: string; action?: { type: string; error?: unknown } }) {
  if (type !== 'updated' || action?.type !== 'error' || !isUnauthorized(action.error)) return;
  if (router.state.location.pathname === '/sign-in') return;
  queryClient.removeQueries(meQuery());
  void router.invalidate();
}
queryClient.getQueryCache().subscribe((event) => {
  // The guard of the routes asks who is there; it deals with the answer itself.
  if (!('query' in event) || event.query.queryHash !== meHash) onSettled(event);
});
queryClient.getMutationCache().subscribe((event) => onSettled(event as Parameters<typeof onSettled>[0]));

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root element');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
