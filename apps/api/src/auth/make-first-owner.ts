import { randomUUID } from 'node:crypto';
import type { PrismaClient } from '@mantis-sync/db/prisma';

/**
 * Makes an organisation and the person who owns it. Run again, it changes nothing: an organisation of that
 * name that the person owns is kept. Safe to run twice at once.
 *
 * @returns whether an organisation was made
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
