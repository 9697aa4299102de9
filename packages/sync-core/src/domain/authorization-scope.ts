/** Rights of a WooCommerce key: read only, or also create the webhooks that deliver changes. */
export const AUTHORIZATION_SCOPES = ['read', 'read_write'] as const;

export type AuthorizationScope = (typeof AUTHORIZATION_SCOPES)[number];
