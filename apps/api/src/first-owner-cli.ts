import { randomUUID } from 'node:crypto';
import { createPrisma, type PrismaClient } from '@mantis-sync/db/prisma';
import { createAuth } from './auth/create-auth.ts';
import { createSignInLink } from './auth/create-sign-in-link.ts';
import { EnvError, readEnv, type Env } from './env.ts';

// Makes an organisation and the person who owns it, where sign-up is closed, and prints a link that signs
// that person in once. For whoever may run programs beside the API.
const [email = '', organisation = '', ...more] = process.argv.slice(2);
if (!/^\S+@\S+$/.test(email) || organisation.trim() === '' || more.length > 0)
  exitWith('usage: first-owner-cli.ts EMAIL "NAME OF THE ORGANISATION"');

const env = readEnvOrExit();
if (env.authSecret === undefined) exitWith('AUTH_SECRET: the one that the API has is needed');
const prisma = createPrisma({ url: env.databaseUrl, applicationName: 'mantis-first-owner' });
try {
  await makeOwner(prisma, email.toLowerCase(), organisation.trim());
  const auth = createAuth({
    prisma,
    secret: env.authSecret,
    publicUrl: env.publicUrl,
    allowSignUp: false,
    // The link is printed, not sent.
    sendMail: async () => undefined,
    rateLimit: false,
    log: { info() {}, warn() {}, error() {} },
  });
  console.log(await createSignInLink(auth, email.toLowerCase()));
} catch (error) {
  console.error(`failed: ${error instanceof Error ? error.message : 'unknown'}`);
  process.exitCode = 1;
} finally {
  await prisma.$disconnect();
}

async function makeOwner(client: PrismaClient, address: string, name: string): Promise<void> {
  await client.$transaction(async (transaction) => {
    const user = await transaction.user.upsert({
      where: { email: address },
      update: {},
      create: { email: address, name: address.split('@')[0] ?? address, emailVerified: true },
    });
    const { id } = await transaction.organization.create({ data: { name, slug: randomUUID() } });
    await transaction.member.create({
      data: { organizationId: id, userId: user.id, role: 'owner' },
    });
  });
}

function readEnvOrExit(): Env {
  try {
    return readEnv();
  } catch (error) {
    if (error instanceof EnvError) return exitWith(error.message);
    throw error;
  }
}

function exitWith(line: string): never {
  console.error(line);
  process.exit(1);
}
