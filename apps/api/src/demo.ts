import type { PrismaClient } from '@mantis-sync/db/prisma';

export const DEMO_EMAIL = 'demo@mantis.example';
const demoSlug = 'demo';

export interface DemoOrganisation {
  organisationId: string;
  email: string;
  /** False where it was there before. */
  created: boolean;
}

/**
 * An organisation to try things in and a person who owns it, made once. The person has no password:
 * they come in by createSignInLink.
 */
export async function seedDemo({ prisma }: { prisma: PrismaClient }): Promise<DemoOrganisation> {
  return prisma.$transaction(async (transaction) => {
    // Two launchers at once: the second waits here and finds all made.
    await transaction.$queryRaw`select pg_advisory_xact_lock(hashtext('mantis demo'))::text`;
    const known = await transaction.organization.findUnique({ where: { slug: demoSlug } });
    const organisation =
      known ??
      (await transaction.organization.create({
        data: { name: 'Demo organisation', slug: demoSlug },
      }));
    const user = await transaction.user.upsert({
      where: { email: DEMO_EMAIL },
      update: {},
      create: { email: DEMO_EMAIL, name: 'Demo', emailVerified: true },
    });
    const ids = { organizationId: organisation.id, userId: user.id };
    await transaction.member.upsert({
      where: { organizationId_userId: ids },
      update: {},
      create: { ...ids, role: 'owner' },
    });
    return { organisationId: organisation.id, email: user.email, created: known === null };
  });
}
