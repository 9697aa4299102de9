/** What a person is in an organisation, from little to much, in words. */
export const ROLES = {
  viewer: { word: 'Viewer', may: 'sees everything, changes nothing' },
  operator: { word: 'Operator', may: 'starts, retries and ends runs' },
  owner: { word: 'Owner', may: 'manages stores, keys and members too' },
} as const;

export type Role = keyof typeof ROLES;

export const roleNames = Object.keys(ROLES) as Role[];

/** What an API key may do, from little to much, in words. */
export const SCOPES = {
  read: 'Read: stores, runs, customers',
  operate: 'Operate: the four actions too',
  admin: 'Admin: stores and schedules too',
} as const;

export type Scope = keyof typeof SCOPES;

export const scopeNames = Object.keys(SCOPES) as Scope[];
