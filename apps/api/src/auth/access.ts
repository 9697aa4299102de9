/** Access levels in ascending order; each includes the lower ones. */
export const ACCESS_LEVELS = ['read', 'operate', 'admin'] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** Roles of a person in an organisation. */
export const ROLES = ['viewer', 'operator', 'owner'] as const;
export type Role = (typeof ROLES)[number];

const LEVEL_OF_ROLE: Record<Role, AccessLevel> = {
  viewer: 'read',
  operator: 'operate',
  owner: 'admin',
};

/** Who has a level, worded for error messages. */
export const WHO_MAY: Record<AccessLevel, string> = {
  read: 'a member, or an API key with the scope read',
  operate: 'an operator or owner, or an API key with the scope operate',
  admin: 'an owner, or an API key with the scope admin',
};

export function isRole(text: string | null): text is Role {
  return ROLES.some((role) => role === text);
}

/** The level of a role; null if the text is not a role. */
export function levelOfRole(role: string | null): AccessLevel | null {
  return isRole(role) ? LEVEL_OF_ROLE[role] : null;
}

/** The highest of a key's scopes; null if it has none. */
export function levelOfScopes(scopes: readonly string[]): AccessLevel | null {
  return ACCESS_LEVELS.findLast((level) => scopes.includes(level)) ?? null;
}

export function mayDo(has: AccessLevel | null, needs: AccessLevel): boolean {
  return has !== null && ACCESS_LEVELS.indexOf(has) >= ACCESS_LEVELS.indexOf(needs);
}
