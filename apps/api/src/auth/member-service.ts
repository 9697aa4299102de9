import type { Database } from '@mantis-sync/db';
import type { PrismaClient } from '@mantis-sync/db/prisma';
import type { Caller } from '@mantis-sync/sync-core';
import type { Mailer } from '../mail/mailer.ts';
import { invitationMail } from '../mail/mails.ts';
import type { Role } from './access.ts';
import { AccountError } from './account-error.ts';
import { createInvitationToken } from './invitation-service.ts';
import { keepingAnOwner } from './keeping-an-owner.ts';
import { logOrganisation } from './organisation-log.ts';
import type { UsageLimits } from './usage-limits.ts';

export interface MemberView {
  id: string;
  userId: string;
  name: string;
  email: string;
  role: string;
  createdAt: Date;
}

export interface InvitationView {
  id: string;
  email: string;
  role: string;
  expiresAt: Date;
}

export interface SentInvitation extends InvitationView {
  /** The link to pass on if no mail is sent; null if it was mailed, which proves the address. */
  link: string | null;
}

/** Members and invitations of an organisation. The organisation comes from the caller only. */
export interface MemberService {
  list(caller: Caller): Promise<MemberView[]>;
  /** @throws AccountError `already_member`, `already_invited`, `too_many_invitations` */
  invite(
    caller: Caller,
    inviter: { id: string },
    input: { email: string; role: Role },
  ): Promise<SentInvitation>;
  /**
   * Creates a new link, valid for a week, and invalidates the old one. The caller becomes the inviter.
   * @throws AccountError `invitation_not_found`, `too_many_invitations`
   */
  resendInvitation(
    caller: Caller,
    inviter: { id: string },
    input: { invitationId: string },
  ): Promise<SentInvitation>;
  invitations(caller: Caller): Promise<InvitationView[]>;
  /** @throws AccountError `invitation_not_found` */
  cancelInvitation(caller: Caller, input: { invitationId: string }): Promise<void>;
  /** @throws AccountError `member_not_found`, `last_owner` */
  changeRole(caller: Caller, input: { memberId: string; role: Role }): Promise<void>;
  /** Takes effect with the member's next call. @throws AccountError `member_not_found`, `last_owner` */
  remove(caller: Caller, input: { memberId: string }): Promise<void>;
}

export interface MemberServiceDeps {
  prisma: PrismaClient;
  database: Database;
  mailer: Mailer;
  usage: UsageLimits;
  publicUrl: string;
}

const WEEK_MS = 7 * 24 * 3_600_000;

export function createMemberService(deps: MemberServiceDeps): MemberService {
  const { prisma, database, mailer, usage } = deps;

  async function countInvitation({ orgId }: Caller, inviter: { id: string }): Promise<void> {
    const isWithin =
      (await usage.take('invitation_by_person', inviter.id)) &&
      (await usage.take('invitation_by_organisation', orgId));
    if (isWithin) return;
    throw new AccountError('too_many_invitations', 'Too many people were invited today.');
  }

  /** Mails the link, or returns it if no mail is sent. */
  function handOver(invitation: InvitationView, token: string): SentInvitation {
    const { id, email, role, expiresAt } = invitation;
    const link = `${deps.publicUrl}/invitations/${token}`;
    if (mailer.delivers) mailer.send(invitationMail(email, link));
    return { id, email, role, expiresAt, link: mailer.delivers ? null : link };
  }

  async function requireMember({ orgId }: Caller, memberId: string) {
    const member = await prisma.member.findFirst({
      where: { id: memberId, organizationId: orgId },
      include: { user: { select: { name: true } } },
    });
    if (!member) throw new AccountError('member_not_found', 'This member does not exist.');
    return member;
  }

  return {
    async list({ orgId }) {
      const members = await prisma.member.findMany({
        where: { organizationId: orgId },
        include: { user: { select: { name: true, email: true } } },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      });
      return members.map(({ id, userId, role, createdAt, user }) => ({
        id,
        userId,
        role,
        createdAt,
        ...user,
      }));
    },
    async invite(caller, inviter, { email, role }) {
      const address = email.toLowerCase();
      await requireNewMember(prisma, caller.orgId, address);
      await countInvitation(caller, inviter);
      const { token, tokenHash } = createInvitationToken();
      const invitation = await prisma.invitation.create({
        data: {
          organizationId: caller.orgId,
          email: address,
          role,
          inviterId: inviter.id,
          expiresAt: new Date(Date.now() + WEEK_MS),
          tokenHash,
          isMailed: mailer.delivers,
        },
      });
      await logOrganisation(database, caller, {
        event: 'member.invited',
        message: `Invited somebody as ${role}.`,
        data: { invitationId: invitation.id, role },
      });
      return handOver(invitation, token);
    },
    async resendInvitation(caller, inviter, { invitationId }) {
      await countInvitation(caller, inviter);
      const { token, tokenHash } = createInvitationToken();
      const [invitation] = await prisma.invitation.updateManyAndReturn({
        where: { id: invitationId, organizationId: caller.orgId, status: 'pending' },
        data: {
          inviterId: inviter.id,
          expiresAt: new Date(Date.now() + WEEK_MS),
          tokenHash,
          isMailed: mailer.delivers,
        },
      });
      if (!invitation)
        throw new AccountError('invitation_not_found', 'This invitation is not open.');
      return handOver(invitation, token);
    },
    async invitations({ orgId }) {
      const found = await prisma.invitation.findMany({
        where: { organizationId: orgId, status: 'pending', expiresAt: { gt: new Date() } },
        orderBy: { createdAt: 'asc' },
      });
      return found.map(({ id, email, role, expiresAt }) => ({ id, email, role, expiresAt }));
    },
    async cancelInvitation(caller, { invitationId }) {
      const { count } = await prisma.invitation.updateMany({
        where: { id: invitationId, organizationId: caller.orgId, status: 'pending' },
        data: { status: 'canceled' },
      });
      if (count === 0)
        throw new AccountError('invitation_not_found', 'This invitation is not open.');
      await logOrganisation(database, caller, {
        event: 'member.invitation_cancelled',
        message: 'Cancelled an invitation.',
        data: { invitationId },
      });
    },
    async changeRole(caller, { memberId, role }) {
      const member = await requireMember(caller, memberId);
      await keepingAnOwner(() => prisma.member.update({ where: { id: memberId }, data: { role } }));
      await logOrganisation(database, caller, {
        event: 'member.role_changed',
        message: `${member.user.name} is ${role} now, and was ${member.role}.`,
        data: { userId: member.userId, from: member.role, to: role },
      });
    },
    async remove(caller, { memberId }) {
      const member = await requireMember(caller, memberId);
      await keepingAnOwner(() => prisma.member.delete({ where: { id: memberId } }));
      await logOrganisation(database, caller, {
        event: 'member.removed',
        message: `${member.user.name} was removed.`,
        data: { userId: member.userId },
      });
    },
  };
}

async function requireNewMember(prisma: PrismaClient, orgId: string, email: string): Promise<void> {
  const member = await prisma.member.findFirst({
    where: { organizationId: orgId, user: { email } },
  });
  if (member) throw new AccountError('already_member', 'This person is already a member.');
  const now = new Date();
  await prisma.invitation.updateMany({
    where: { organizationId: orgId, email, status: 'pending', expiresAt: { lte: now } },
    data: { status: 'canceled' },
  });
  const invitation = await prisma.invitation.findFirst({
    where: { organizationId: orgId, email, status: 'pending' },
  });
  if (invitation) throw new AccountError('already_invited', 'This person is already invited.');
}
