import { router } from '../trpc.ts';
import { accountRouter } from './account.ts';
import { storeRouter } from './store.ts';
import { syncRouter } from './sync.ts';

export const appRouter = router({ account: accountRouter, store: storeRouter, sync: syncRouter });

export type AppRouter = typeof appRouter;
