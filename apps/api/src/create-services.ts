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
  /** Retention in days for organisations without a setting. */
  defaultRetentionDays: number;
  /** Limits of webhooks; the defaults unless given. */
  deliveryLimits?: Partial<DeliveryLimits>;
  /** Whether notification mails are sent. */
  canSendMail: boolean;
}

/** Creates the services that procedures and routes call, over one database. */
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
