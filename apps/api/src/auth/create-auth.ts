import { apiKey } from '@better-auth/api-key';
import type { Log } from '@mantis-sync/db';
import type { PrismaClient } from '@mantis-sync/db/prisma';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { magicLink, organization } from 'better-auth/plugins';
import type { Mailer } from '../mail/mailer.ts';
import { resetMail, signInMail } from '../mail/mails.ts';
import { trustedOrigins } from '../http/trusted-origins.ts';
import { createAuthHooks } from './auth-hooks.ts';
import { hashPassword, MIN_PASSWORD_LENGTH, verifyPassword } from './hash-password.ts';
import { hashSessionTokens } from './hash-session-tokens.ts';
import { createSignInDelay } from './sign-in-delay.ts';

/** Set by the API itself from the connection, so that a client cannot choose its own. */
export const CLIENT_ADDRESS_HEADER = 'x-mantis-client-address';

const signInLinkSeconds = 24 * 60 * 60;
const resetSeconds = 3_600;
/** Tries by an address, and the seconds that they count for. */
const signInLimit = { window: 60, max: 10 };
/** Of a browser's own description, which callers choose. */
const maxUserAgentLength = 300;

export interface AuthOptions {
  prisma: PrismaClient;
  /** Signs cookies; 32 characters or more. */
  secret: string;
  publicUrl: string;
  allowSignUp: boolean;
  /** Limits tries at signing in; counted in the database, over all processes. */
  rateLimit: boolean;
  mailer: Mailer;
  log: Log;
}

/**
 * Sign-in, organisations, members and API keys. A key belongs to an organisation, not to the person
 * who made it; `referenceId` names the organisation.
 */
export function createAuth(options: AuthOptions) {
  const { prisma, publicUrl, allowSignUp, mailer, log } = options;
  /** Whether a link would work. */
  const canSignIn = async (email: string) =>
    allowSignUp || (await prisma.user.count({ where: { email: email.toLowerCase() } })) > 0;
  return betterAuth({
    appName: 'Mantis Sync',
    baseURL: publicUrl,
    secret: options.secret,
    trustedOrigins: trustedOrigins(publicUrl),
    database: hashSessionTokens(prismaAdapter(prisma, { provider: 'postgresql' })),
    // Of links by mail, such as those that set a new password.
    verification: { storeIdentifier: 'hashed' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: !allowSignUp,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      password: { hash: hashPassword, verify: verifyPassword },
      resetPasswordTokenExpiresIn: resetSeconds,
      // Whoever knew the old password is out.
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, token }) =>
        mailer.send(resetMail(user.email, `${publicUrl}/reset-password?token=${token}`)),
      // The link went to the address.
      async onPasswordReset({ user }) {
        await prisma.user.update({ where: { id: user.id }, data: { emailVerified: true } });
      },
    },
    hooks: createAuthHooks(createSignInDelay(prisma)),
    rateLimit: {
      enabled: options.rateLimit,
      storage: 'database',
      customRules: { '/sign-in/email': signInLimit, '/sign-in/magic-link': signInLimit },
    },
    telemetry: { enabled: false },
    // Its own way would print the error, values and all.
    onAPIError: { throw: true },
    advanced: {
      cookiePrefix: 'mantis',
      useSecureCookies: publicUrl.startsWith('https:'),
      database: { generateId: 'uuid' },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
    // The library's own arguments may hold e-mail addresses; its messages do not.
    // A wrong key is an error to it; to us it is a caller's affair.
    logger: { level: 'warn', log: (_level, message) => log.warn({}, message) },
    databaseHooks: {
      session: {
        create: {
          async before(session) {
            const activeOrganizationId = await firstOrganisation(prisma, session.userId);
            const userAgent = session.userAgent?.slice(0, maxUserAgentLength);
            return { data: { ...session, userAgent, activeOrganizationId } };
          },
        },
      },
    },
    plugins: [
      organization(),
      apiKey({
        references: 'organization',
        defaultPrefix: 'mantis_',
        requireName: true,
        // The prefix and six characters, by which people tell keys apart.
        startingCharactersConfig: { charactersLength: 13 },
        // The default would be ten calls a day.
        rateLimit: { enabled: false },
      }),
      magicLink({
        expiresIn: signInLinkSeconds,
        storeToken: 'hashed',
        disableSignUp: !allowSignUp,
        async sendMagicLink({ email, url, metadata }) {
          // A function cannot come in over HTTP: this is createSignInLink asking.
          const deliver = metadata?.['deliver'];
          if (typeof deliver === 'function') deliver(url);
          else mailer.send(signInMail(email, url), () => canSignIn(email));
        },
      }),
    ],
  });
}

export type Auth = ReturnType<typeof createAuth>;

/** The organisation a session begins with: the person's oldest membership. */
async function firstOrganisation(prisma: PrismaClient, userId: string): Promise<string | null> {
  const member = await prisma.member.findFirst({
    where: { userId },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { organizationId: true },
  });
  return member?.organizationId ?? null;
}
