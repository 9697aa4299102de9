import type { Database } from '@mantis-sync/db';
import type { PrismaClient } from '@mantis-sync/db/prisma';
import type { People } from '../context.ts';
import type { MailSender } from '../mail/mail-sender.ts';
import { createAccountService } from './account-service.ts';
import { type CallLimits, createCallCounter } from './call-limits.ts';
import type { Auth } from './create-auth.ts';
import { createKeyService } from './key-service.ts';
import { createMemberService } from './member-service.ts';

export interface PeopleDeps {
  auth: Auth;
  prisma: PrismaClient;
  database: Database;
  sendMail: MailSender;
  /** Calls of an organisation a minute. */
  callLimits: CallLimits;
  publicUrl: string;
}

/** What procedures on people and keys call. */
export function createPeople(deps: PeopleDeps): People {
  return {
    accounts: createAccountService(deps),
    members: createMemberService(deps),
    keys: createKeyService(deps),
    calls: createCallCounter(deps.database, deps.callLimits),
    database: deps.database,
  };
}
