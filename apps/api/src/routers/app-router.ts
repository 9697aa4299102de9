import { router } from '../trpc.ts';
import { accountRouter } from './account.ts';
import { customerRouter } from './customer.ts';
import { invitationRouter } from './invitation.ts';
import { keyRouter } from './key.ts';
import { memberRouter } from './member.ts';
import { notificationRouter } from './notification.ts';
import { organisationRouter } from './organisation.ts';
import { scheduleRouter } from './schedule.ts';
import { storeRouter } from './store.ts';
import { syncRouter } from './sync.ts';
import { webhookRouter } from './webhook.ts';

export const appRouter = router({
  account: accountRouter,
  customer: customerRouter,
  invitation: invitationRouter,
  key: keyRouter,
  member: memberRouter,
  notification: notificationRouter,
  organisation: organisationRouter,
  schedule: scheduleRouter,
  store: storeRouter,
  sync: syncRouter,
  webhook: webhookRouter,
});

export type AppRouter = typeof appRouter;
