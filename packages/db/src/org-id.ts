import { InvalidOrgIdError } from './database-errors.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws InvalidOrgIdError unless it is a uuid, which is safe within a literal. */
export function requireOrgId(orgId: string): void {
  if (!uuid.test(orgId)) throw new InvalidOrgIdError();
}
