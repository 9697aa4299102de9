import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../dev-postgres/src/testing.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidOrgIdError } from '../src/database-errors.ts';
import { createPrisma, withOrgPrisma, type PrismaClient } from '../src/prisma.ts';

let test: TestDatabase;
let prisma: PrismaClient;
beforeAll(async () => {
  test = await createTestDatabase();
  prisma = createPrisma({ url: test.url, max: 1 });
});
afterAll(async () => {
  await prisma.$disconnect();
  await test.drop();
});

async function createOrganizationWithStore(): Promise<string> {
  const { id } = await prisma.organization.create({ data: { name: 'Test', slug: randomUUID() } });
  await withOrgPrisma(prisma, id, (transaction) =>
    transaction.wooStore.create({
      data: {
        orgId: id,
        name: 'Store',
        url: 'https://store.example',
        consumerKeyCipher: new Uint8Array([1]),
        consumerSecretCipher: new Uint8Array([2]),
        cipherKeyId: 'k1',
        keyHint: 'ab12',
      },
    }),
  );
  return id;
}

describe('withOrgPrisma', () => {
  it('sees the rows of its organisation alone', async () => {
    const [first, second] = [
      await createOrganizationWithStore(),
      await createOrganizationWithStore(),
    ];
    const stores = await withOrgPrisma(prisma, first, (transaction) =>
      transaction.wooStore.findMany({ select: { orgId: true } }),
    );
    expect(stores).toEqual([{ orgId: first }]);
    expect(second).not.toBe(first);
  });

  it('refuses to write a row of another organisation', async () => {
    const [first, second] = [
      await createOrganizationWithStore(),
      await createOrganizationWithStore(),
    ];
    const renamed = await withOrgPrisma(prisma, first, (transaction) =>
      transaction.wooStore.updateMany({ where: { orgId: second }, data: { name: 'Stolen' } }),
    );
    expect(renamed.count).toBe(0);
  });

  it('leaves neither role nor organisation on the connection, also after a failure', async () => {
    const orgId = await createOrganizationWithStore();
    await expect(
      withOrgPrisma(prisma, orgId, () => Promise.reject(new Error('from the work'))),
    ).rejects.toThrow('from the work');
    // The pool has one connection, so this is the one that was just used.
    const rows = await prisma.$queryRaw<{ role: string; org: string }[]>`
      select current_user::text as role, current_setting('mantis.org_id', true) as org`;
    expect(rows).toEqual([{ role: new URL(test.url).username, org: '' }]);
  });

  it('refuses an id that is no uuid', async () => {
    await expect(withOrgPrisma(prisma, `' or true --`, async () => 1)).rejects.toThrow(
      InvalidOrgIdError,
    );
  });
});
