import type { Database } from '@mantis-sync/db';
import type { PrismaClient } from '@mantis-sync/db/prisma';
import type { Caller } from '@mantis-sync/sync-core';
import { AccountError } from './account-error.ts';
import { keepingAnOwner } from './member-service.ts';
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

/** What people do about themselves. */
export interface AccountService {
  organisations(person: Person): Promise<OrganisationView[]>;
  /** Makes an organisation that the person owns. @throws AccountError `organisation_exists` */
  createOrganisation(
    person: Person,
    input: { name: string; slug: string },
  ): Promise<OrganisationView>;
  /** What this session acts for from now on. @throws AccountError `member_not_found` */
  switchOrganisation(
    person: Person,
    session: string,
    input: { organisationId: string },
  ): Promise<void>;
  /** @throws AccountError `member_not_found`, `last_owner` */
  leave(person: Person, input: { organisationId: string }): Promise<void>;
  /**
   * The invitation must be to the person's own address, and its id came with the mail.
   * @throws AccountError `invitation_not_found`
   */
  acceptInvitation(person: Person, input: { invitationId: string }): Promise<OrganisationView>;
  /** @throws AccountError `invitation_not_found` */
  rejectInvitation(person: Person, input: { invitationId: string }): Promise<void>;
  sessions(person: Person, current: string): Promise<SessionView[]>;
  /** Out with its next call. @throws AccountError `session_not_found` */
  revokeSession(person: Person, input: { sessionId: string }): Promise<void>;
  /** Ends all but this one. @returns how many */
  revokeOtherSessions(person: Person, current: string): Promise<number>;
}

export function createAccountService(deps: {
  prisma: PrismaClient;
  database: Database;
}): AccountService {
  const { prisma, database } = deps;

  const callerOf = (person: Person, orgId: string): Caller => ({
    orgId,
    actor: { type: 'user', id: person.id, name: person.name },
  });

  async function findInvitation(person: Person, invitationId: string) {
    const invitation = await prisma.invitation.findFirst({
      where: {
        id: invitationId,
        email: person.email.toLowerCase(),
        status: 'pending',
        expiresAt: { gt: new Date() },
      },
      include: { organization: true },
    });
    if (!invitation)
      throw new AccountError('invitation_not_found', 'There is no such invitation for you.');
    return invitation;
  }

  async function mustFindMember(person: Person, organisationId: string) {
    const member = await prisma.member.findFirst({
      where: { userId: person.id, organizationId: organisationId },
    });
    if (!member)
      throw new AccountError('member_not_found', 'You are no member of this organisation.');
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
      if (await prisma.organization.findUnique({ where: { slug } }))
        throw new AccountError('organisation_exists', 'This short name is taken.');
      const { id } = await prisma.organization.create({
        data: { name, slug, members: { create: { userId: person.id, role: 'owner' } } },
      });
      await logOrganisation(database, callerOf(person, id), {
        event: 'organisation.created',
        message: `Made the organisation “${name}”.`,
      });
      return { id, name, slug, role: 'owner' };
    },
    async switchOrganisation(person, session, { organisationId }) {
      await mustFindMember(person, organisationId);
      await prisma.session.update({
        where: { id: session },
        data: { activeOrganizationId: organisationId },
      });
    },
    async leave(person, { organisationId }) {
      const member = await mustFindMember(person, organisationId);
      await keepingAnOwner(() => prisma.member.delete({ where: { id: member.id } }));
      await logOrganisation(database, callerOf(person, organisationId), {
        event: 'member.left',
        message: `${person.name} left.`,
        data: { userId: person.id },
      });
    },
    async acceptInvitation(person, { invitationId }) {
      const invitation = await findInvitation(person, invitationId);
      const { id, name, slug } = invitation.organization;
      await prisma.$transaction(async (transaction) => {
        // Of two clicks at once, one finds it pending.
        const { count } = await transaction.invitation.updateMany({
          where: { id: invitationId, status: 'pending' },
          data: { status: 'accepted' },
        });
        if (count === 0)
          throw new AccountError('invitation_not_found', 'The invitation was just used.');
        await transaction.member.create({
          data: { organizationId: id, userId: person.id, role: invitation.role },
        });
      });
      await logOrganisation(database, callerOf(person, id), {
        event: 'member.joined',
        message: `${person.name} joined as ${invitation.role}.`,
        data: { userId: person.id, invitationId },
      });
      return { id, name, slug, role: invitation.role };
    },
    async rejectInvitation(person, { invitationId }) {
      await findInvitation(person, invitationId);
      await prisma.invitation.update({
        where: { id: invitationId },
        data: { status: 'rejected' },
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
      if (count === 0) throw new AccountError('session_not_found', 'There is no such session.');
    },
    async revokeOtherSessions(person, current) {
      const { count } = await prisma.session.deleteMany({
        where: { userId: person.id, id: { not: current } },
      });
      return count;
    },
  };
}
