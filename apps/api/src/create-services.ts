import {
  createCustomerService,
  createAuthorizationService,
  createNotificationService,
  createOrganisationService,
  createScheduleService,
  createStoreService,
  createSyncService,
  createWebhookService,
  createDeliveryReceiver,
  type DeliveryLimits,
  type DeliveryReceiver,
  type AuthorizationServiceDeps,
} from '@mantis-sync/sync-core';
import type { Services } from './context.ts';

export interface ServiceDeps extends AuthorizationServiceDeps {
  /** Days that organisations keep what is over, where they have not said. */
  defaultRetentionDays: number;
  /** Of webhooks; the usual ones unless given. */
  deliveryLimits?: Partial<DeliveryLimits>;
  /** Whether notifications by mail go anywhere. */
  canSendMail: boolean;
}

/** What procedures and routes call, over one database. */
export function createServices(
  deps: ServiceDeps,
): Omit<Services, 'live' | 'pace'> & { deliveries: DeliveryReceiver } {
  return {
    sync: createSyncService(deps),
    stores: createStoreService(deps),
    authorizations: createAuthorizationService(deps),
    schedules: createScheduleService(deps),
    customers: createCustomerService(deps),
    organisations: createOrganisationService(deps),
    webhooks: createWebhookService(deps),
    notifications: createNotificationService(deps),
    deliveries: createDeliveryReceiver(deps),
  };
}
