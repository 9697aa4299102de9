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

/** What procedures on people and keys call. */
export interface People {
  accounts: AccountService;
  invitations: InvitationService;
  members: MemberService;
  keys: KeyService;
  calls: CallCounter;
  /** Which ways in there are, for the pages of whoever is not signed in. */
  signInOptions: OpenTo & { mail: boolean };
  database: Database;
}

export interface PeopleDeps {
  auth: Auth;
  prisma: PrismaClient;
  database: Database;
  mailer: Mailer;
  /** A minute, of an organisation or a person. */
  callLimits: CallLimits;
  publicUrl: string;
  /** What people may do on their own. */
  openTo: OpenTo;
}

/** What the operator leaves to people. */
export interface OpenTo {
  /** Anybody may make an account. */
  signUp: boolean;
  /** Whoever has an account may make organisations. */
  newOrganisations: boolean;
}

/** What procedures on people and keys call. */
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
