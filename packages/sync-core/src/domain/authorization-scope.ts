/** What a shop's key may do: only read, or also make the webhooks that bring changes at once. */
export const AUTHORIZATION_SCOPES = ['read', 'read_write'] as const;

export type AuthorizationScope = (typeof AUTHORIZATION_SCOPES)[number];
