/** Roles in an organisation, in ascending order. */
export const ROLES = {
  viewer: { word: 'Viewer', may: 'Can see everything, and change nothing.' },
  operator: { word: 'Operator', may: 'Can also start, retry and force runs, and pause stores.' },
  owner: { word: 'Owner', may: 'Can also manage stores, schedules, members and API keys.' },
} as const;

export type Role = keyof typeof ROLES;

export function wordOfRole(role: string): string {
  return role in ROLES ? ROLES[role as Role].word : role;
}

export const roleNames = Object.keys(ROLES) as Role[];

/** Scopes of an API key, in ascending order. */
export const SCOPES = {
  read: 'Read: stores, runs, customers',
  operate: 'Operate: also start, retry and force runs',
  admin: 'Admin: also manage stores and schedules',
} as const;

export type Scope = keyof typeof SCOPES;

export const scopeNames = Object.keys(SCOPES) as Scope[];
