import { randomUUID } from 'node:crypto';
import type { PrismaClient } from '@mantis-sync/db/prisma';

/**
 * Creates an organisation and its owner. Idempotent: an organisation of that name owned by the person is left
 * unchanged. Safe to run concurrently.
 *
 * @returns whether an organisation was created
 */
export async function makeFirstOwner(
  prisma: PrismaClient,
  { email, organisation }: { email: string; organisation: string },
): Promise<boolean> {
  return prisma.$transaction(async (transaction) => {
    await transaction.$queryRaw`select pg_advisory_xact_lock(hashtext('mantis first owner'))::text`;
    const user = await transaction.user.upsert({
      where: { email },
      update: {},
      create: { email, name: email.split('@')[0] ?? email, emailVerified: true },
    });
    const owned = { userId: user.id, role: 'owner', organization: { name: organisation } };
    if (await transaction.member.findFirst({ where: owned })) return false;
    const { id } = await transaction.organization.create({
      data: { name: organisation, slug: randomUUID() },
    });
    await transaction.member.create({
      data: { organizationId: id, userId: user.id, role: 'owner' },
    });
    return true;
  });
}
