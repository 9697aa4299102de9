import { apiKey } from '@better-auth/api-key';
import { passkey } from '@better-auth/passkey';
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
import { requireRoomForPasskey } from './passkeys.ts';
import { createSignInDelay } from './sign-in-delay.ts';

/** Set by the API from the connection, so that clients cannot choose it. */
export const CLIENT_ADDRESS_HEADER = 'x-mantis-client-address';

const signInLinkSeconds = 24 * 60 * 60;
const resetSeconds = 3_600;
/** Maximum number of attempts by one address, and the period in seconds. */
const signInLimit = { window: 60, max: 10 };
/** Maximum length of a user agent, which callers choose. */
const maxUserAgentLength = 300;

export interface AuthOptions {
  prisma: PrismaClient;
  /** Signs cookies; at least 32 characters. */
  secret: string;
  publicUrl: string;
  allowSignUp: boolean;
  /** Limits sign-in attempts; counted in the database, across processes. */
  rateLimit: boolean;
  mailer: Mailer;
  log: Log;
}

/**
 * Sign-in, organisations, members and API keys. A key belongs to an organisation (`referenceId`), not to the
 * person who created it.
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
    // For mailed links, such as those to set a new password.
    verification: { storeIdentifier: 'hashed' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: !allowSignUp,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      password: { hash: hashPassword, verify: verifyPassword },
      resetPasswordTokenExpiresIn: resetSeconds,
      // Signs out everyone who used the old password.
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, token }) =>
        mailer.send(resetMail(user.email, `${publicUrl}/reset-password?token=${token}`)),
      // The link was sent to this address, which proves it.
      async onPasswordReset({ user }) {
        await prisma.user.update({ where: { id: user.id }, data: { emailVerified: true } });
      },
    },
    hooks: createAuthHooks(createSignInDelay(prisma)),
    rateLimit: {
      enabled: options.rateLimit,
      storage: 'database',
      customRules: {
        '/sign-in/email': signInLimit,
        '/sign-in/magic-link': signInLimit,
        '/passkey/verify-authentication': signInLimit,
      },
    },
    telemetry: { enabled: false },
    // The library's default logger would print the error with its values.
    onAPIError: { throw: true },
    advanced: {
      cookiePrefix: 'mantis',
      useSecureCookies: publicUrl.startsWith('https:'),
      database: { generateId: 'uuid' },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
    // The library's log arguments may contain email addresses; its messages do not. It logs an invalid key as an
    // error; for us this is a normal client error.
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
      passkey({
        rpName: 'Mantis Sync',
        rpID: new URL(publicUrl).hostname,
        origin: new URL(publicUrl).origin,
        // A discoverable credential with user verification, since it is the only factor.
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        registration: { afterVerification: ({ user }) => requireRoomForPasskey(prisma, user.id) },
      }),
      apiKey({
        references: 'organization',
        defaultPrefix: 'mantis_',
        requireName: true,
        // The prefix and six characters, which identify a key in lists.
        startingCharactersConfig: { charactersLength: 13 },
        // The default is ten calls a day.
        rateLimit: { enabled: false },
      }),
      magicLink({
        expiresIn: signInLinkSeconds,
        storeToken: 'hashed',
        disableSignUp: !allowSignUp,
        async sendMagicLink({ email, url, metadata }) {
          // A function cannot be sent over HTTP: this call comes from createSignInLink.
          const deliver = metadata?.['deliver'];
          if (typeof deliver === 'function') deliver(url);
          else mailer.send(signInMail(email, url), () => canSignIn(email));
        },
      }),
    ],
  });
}

export type Auth = ReturnType<typeof createAuth>;

/** The initial organisation of a session: the person's oldest membership. */
async function firstOrganisation(prisma: PrismaClient, userId: string): Promise<string | null> {
  const member = await prisma.member.findFirst({
    where: { userId },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { organizationId: true },
  });
  return member?.organizationId ?? null;
}
