import type { Database } from '@mantis-sync/db';
import type { PrismaClient } from '@mantis-sync/db/prisma';
import type { Mailer } from '../mail/mailer.ts';
import { type AccountService, createAccountService } from './account-service.ts';
import { type CallCounter, type CallLimits, createCallCounter } from './call-limits.ts';
import type { Auth } from './create-auth.ts';
import { createInvitationService, type InvitationService } from './invitation-service.ts';
import { createKeyService, type KeyService } from './key-service.ts';
import { createMemberService, type MemberService } from './member-service.ts';
import { createUsageLimits } from './usage-limits.ts';

/** Services for people and keys. */
export interface People {
  accounts: AccountService;
  invitations: InvitationService;
  members: MemberService;
  keys: KeyService;
  calls: CallCounter;
  /** The available sign-in methods, shown before sign-in. */
  signInOptions: OpenTo & { mail: boolean };
  database: Database;
}

export interface PeopleDeps {
  auth: Auth;
  prisma: PrismaClient;
  database: Database;
  mailer: Mailer;
  /** Limits per minute, by organisation or person. */
  callLimits: CallLimits;
  publicUrl: string;
  /** What people may do without an administrator. */
  openTo: OpenTo;
}

/** What people may do without the operator. */
export interface OpenTo {
  /** Anyone may create an account. */
  signUp: boolean;
  /** Anyone with an account may create organisations. */
  newOrganisations: boolean;
}

/** Creates the services for people and keys. */
export function createPeople(deps: PeopleDeps): People {
  const { prisma, database, mailer, openTo } = deps;
  return {
    accounts: createAccountService({
      prisma,
      database,
      allowNewOrganisations: openTo.newOrganisations,
    }),
    invitations: createInvitationService(deps),
    members: createMemberService({ ...deps, usage: createUsageLimits(prisma) }),
    keys: createKeyService(deps),
    calls: createCallCounter({ database, prisma }, deps.callLimits),
    signInOptions: { mail: mailer.delivers, ...openTo },
    database,
  };
}
