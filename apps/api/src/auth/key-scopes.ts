/** The resource name of a key's scopes: better-auth stores permissions by resource. */
export const KEY_RESOURCE = 'mantis';
