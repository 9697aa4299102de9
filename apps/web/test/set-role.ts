import type { TestDatabase } from '@mantis-sync/dev-postgres/testing';
import type { Stack } from '@mantis-sync/test/start-stack.ts';

/** Changes the role of the person of the stack. An organisation needs an owner, who is Ada Lovelace then. */
export async function setRole(
  db: TestDatabase,
  { caller, person }: Stack,
  role: 'owner' | 'operator' | 'viewer',
): Promise<void> {
  await db.admin.query(
    `with ada as (insert into auth_user (name, email, updated_at)
                  values ('Ada Lovelace', 'ada-' || $1::text || '@example.org', now())
                      on conflict do nothing returning id)
     insert into organization_member (organization_id, user_id, role)
     select $1::text::uuid, ada.id, 'owner' from ada`,
    [caller.orgId],
  );
  await db.admin.query(
    `update organization_member set role = $1
      where organization_id = $2 and user_id = (select id from auth_user where email = $3)`,
    [role, caller.orgId, person.email],
  );
}
