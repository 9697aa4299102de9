/** Under this name a key's scopes are kept: better-auth knows permissions by resource. */
export const KEY_RESOURCE = 'mantis';
