import type { Database } from '@mantis-sync/db';
import type { PrismaClient } from '@mantis-sync/db/prisma';
import type { Caller } from '@mantis-sync/sync-core';
import { AccountError } from './account-error.ts';
import { hashPassword } from './hash-password.ts';
import { keepingAnOwner } from './keeping-an-owner.ts';
import { logOrganisation } from './organisation-log.ts';

export interface Person {
  id: string;
  name: string;
  email: string;
}

export interface OrganisationView {
  id: string;
  name: string;
  slug: string;
  role: string;
}

export interface SessionView {
  id: string;
  isCurrent: boolean;
  createdAt: Date;
  expiresAt: Date;
  userAgent: string | null;
}

/** What people can do with their own account. */
export interface AccountService {
  organisations(person: Person): Promise<OrganisationView[]>;
  /**
   * Creates an organisation owned by the person.
   * @throws AccountError `organisation_exists`, `organisations_reserved`, `too_many_organisations`
   */
  createOrganisation(
    person: Person,
    input: { name: string; slug: string },
  ): Promise<OrganisationView>;
  /** Switches the session to another organisation. @throws AccountError `member_not_found` */
  switchOrganisation(
    person: Person,
    session: string,
    input: { organisationId: string },
  ): Promise<void>;
  /** @throws AccountError `member_not_found`, `last_owner` */
  leave(person: Person, input: { organisationId: string }): Promise<void>;
  sessions(person: Person, current: string): Promise<SessionView[]>;
  /** Takes effect with the session's next call. @throws AccountError `session_not_found` */
  revokeSession(person: Person, input: { sessionId: string }): Promise<void>;
  /** Ends all other sessions. @returns their number */
  revokeOtherSessions(person: Person, current: string): Promise<number>;
  /** The sign-in methods of the person. */
  signInMethods(person: Person): Promise<{ hasPassword: boolean }>;
  /**
   * Sets the first password of a person without one; ends all other sessions.
   * @throws AccountError `password_exists`
   */
  setPassword(person: Person, current: string, input: { newPassword: string }): Promise<void>;
}

/** Maximum number of organisations owned by one person. */
const MAX_OWNED = 5;

export function createAccountService(deps: {
  prisma: PrismaClient;
  database: Database;
  /** Whether people may create organisations, or only the operator. */
  allowNewOrganisations: boolean;
}): AccountService {
  const { prisma, database } = deps;

  const callerOf = (person: Person, orgId: string): Caller => ({
    orgId,
    actor: { type: 'user', id: person.id, name: person.name },
  });

  async function requireMember(person: Person, organisationId: string) {
    const member = await prisma.member.findFirst({
      where: { userId: person.id, organizationId: organisationId },
    });
    if (!member)
      throw new AccountError('member_not_found', 'You are not a member of this organisation.');
    return member;
  }

  return {
    async organisations(person) {
      const members = await prisma.member.findMany({
        where: { userId: person.id },
        include: { organization: true },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      });
      return members.map(({ role, organization: { id, name, slug } }) => ({
        id,
        name,
        slug,
        role,
      }));
    },
    async createOrganisation(person, { name, slug }) {
      if (!deps.allowNewOrganisations)
        throw new AccountError(
          'organisations_reserved',
          'Only the operator can create organisations.',
        );
      const id = await prisma.$transaction(async (transaction) => {
        // Serialised per person, so that concurrent calls cannot exceed the limit.
        await transaction.$queryRaw`select id from auth_user where id = ${person.id}::uuid for update`;
        const owned = await transaction.member.count({
          where: { userId: person.id, role: 'owner' },
        });
        if (owned >= MAX_OWNED)
          throw new AccountError('too_many_organisations', `You own ${owned} organisations.`);
        if (await transaction.organization.findUnique({ where: { slug } }))
          throw new AccountError('organisation_exists', 'This short name is taken.');
        const made = await transaction.organization.create({
          data: { name, slug, members: { create: { userId: person.id, role: 'owner' } } },
        });
        return made.id;
      });
      await logOrganisation(database, callerOf(person, id), {
        event: 'organisation.created',
        message: `Created the organisation “${name}”.`,
      });
      return { id, name, slug, role: 'owner' };
    },
    async switchOrganisation(person, session, { organisationId }) {
      await requireMember(person, organisationId);
      await prisma.session.update({
        where: { id: session },
        data: { activeOrganizationId: organisationId },
      });
    },
    async leave(person, { organisationId }) {
      const member = await requireMember(person, organisationId);
      await keepingAnOwner(() => prisma.member.delete({ where: { id: member.id } }));
      await logOrganisation(database, callerOf(person, organisationId), {
        event: 'member.left',
        message: `${person.name} left.`,
        data: { userId: person.id },
      });
    },
    async sessions(person, current) {
      const sessions = await prisma.session.findMany({
        where: { userId: person.id, expiresAt: { gt: new Date() } },
        orderBy: { createdAt: 'desc' },
      });
      return sessions.map(({ id, createdAt, expiresAt, userAgent }) => ({
        id,
        isCurrent: id === current,
        createdAt,
        expiresAt,
        userAgent,
      }));
    },
    async revokeSession(person, { sessionId }) {
      const { count } = await prisma.session.deleteMany({
        where: { id: sessionId, userId: person.id },
      });
      if (count === 0) throw new AccountError('session_not_found', 'This session does not exist.');
    },
    async revokeOtherSessions(person, current) {
      const { count } = await prisma.session.deleteMany({
        where: { userId: person.id, id: { not: current } },
      });
      return count;
    },
    async signInMethods(person) {
      const account = await prisma.account.findFirst({ where: passwordOf(person) });
      return { hasPassword: account !== null };
    },
    async setPassword(person, current, { newPassword }) {
      const password = await hashPassword(newPassword);
      await prisma.$transaction(async (transaction) => {
        await transaction.$queryRaw`select id from auth_user where id = ${person.id}::uuid for update`;
        if (await transaction.account.findFirst({ where: passwordOf(person) }))
          throw new AccountError('password_exists', 'You already have a password.');
        await transaction.account.create({
          data: { userId: person.id, accountId: person.id, providerId: 'credential', password },
        });
        await transaction.session.deleteMany({
          where: { userId: person.id, id: { not: current } },
        });
      });
    },
  };
}

function passwordOf({ id }: Person) {
  return { userId: id, providerId: 'credential', password: { not: null } };
}
