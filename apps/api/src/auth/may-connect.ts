import type { PrismaClient } from '@mantis-sync/db/prisma';
import { levelOfRole, mayDo } from './access.ts';

/** Whether a person who started to connect a store may still connect stores of the organisation. */
export async function mayConnect(
  prisma: PrismaClient,
  organizationId: string,
  userId: string,
): Promise<boolean> {
  const member = await prisma.member.findFirst({
    where: { organizationId, userId },
    select: { role: true },
  });
  return mayDo(levelOfRole(member?.role ?? null), 'admin');
}
