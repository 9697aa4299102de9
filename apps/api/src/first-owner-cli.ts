import { createPrisma } from '@mantis-sync/db/prisma';
import { createAuth } from './auth/create-auth.ts';
import { createSignInLink } from './auth/create-sign-in-link.ts';
import { makeFirstOwner } from './auth/make-first-owner.ts';
import { EnvError, readEnv, type Env } from './env.ts';
import { NO_MAILER } from './mail/mailer.ts';

// Prints a link that signs a person in once. Given an organisation's name, it first creates both, unless they
// exist. For operators with access to the API's environment.
const [address = '', organisation, ...more] = process.argv.slice(2);
if (!/^\S+@\S+$/.test(address) || organisation?.trim() === '' || more.length > 0)
  exitWith('usage: first-owner-cli.ts EMAIL ["NAME OF THE ORGANISATION"]');

const env = readEnvOrExit();
if (env.authSecret === undefined) exitWith('AUTH_SECRET: set it to the value that the API uses');
const email = address.toLowerCase();
const prisma = createPrisma({ url: env.databaseUrl, applicationName: 'mantis-first-owner' });
try {
  if (organisation !== undefined)
    await makeFirstOwner(prisma, { email, organisation: organisation.trim().slice(0, 200) });
  else if (!(await prisma.user.findUnique({ where: { email } })))
    throw new Error('no account has this address; add the name of an organisation to create one');
  const auth = createAuth({
    prisma,
    secret: env.authSecret,
    publicUrl: env.publicUrl,
    allowSignUp: false,
    // The link is printed, not sent.
    mailer: NO_MAILER,
    rateLimit: false,
    log: { info() {}, warn() {}, error() {} },
  });
  console.log(await createSignInLink(auth, email));
} catch (error) {
  console.error(`failed: ${error instanceof Error ? error.message : 'unknown'}`);
  process.exitCode = 1;
} finally {
  await prisma.$disconnect();
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
