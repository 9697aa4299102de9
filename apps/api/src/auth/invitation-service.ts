import { createHash, randomBytes } from 'node:crypto';
import { codeOf, type Database } from '@mantis-sync/db';
import type { Prisma, PrismaClient } from '@mantis-sync/db/prisma';
import { AccountError } from './account-error.ts';
import type { OrganisationView, Person } from './account-service.ts';
import { hashPassword } from './hash-password.ts';
import { logOrganisation } from './organisation-log.ts';

/** An invitation as shown to anyone with its link. */
export interface InvitationDetails {
  organisation: string;
  role: string;
  email: string;
  expiresAt: Date;
  /** Whether the address has an account, which then must accept. */
  hasAccount: boolean;
}

/** An invitation as shown to the invited person. */
export interface ReceivedInvitation {
  id: string;
  organisation: string;
  role: string;
  expiresAt: Date;
}

/**
 * Accepts invitations. An invitation can be accepted by anyone with its link, which contains a secret, or
 * without the link by the person with the verified address. In both cases the inviter must still be an owner.
 */
export interface InvitationService {
  /** @throws AccountError `invitation_not_found` */
  find(input: { token: string }): Promise<InvitationDetails>;
  /**
   * Creates an account for the invited address as a member of the organisation. The address counts as verified
   * if the link was only sent by mail. Works even if sign-up is closed.
   * @throws AccountError `invitation_not_found`, `account_exists`
   */
  join(input: { token: string; name: string; password: string }): Promise<{ email: string }>;
  /** @throws AccountError `invitation_not_found` */
  decline(input: { token: string }): Promise<void>;
  /** By the link. @throws AccountError `invitation_not_found`, `wrong_account` */
  accept(person: Person, input: { token: string }): Promise<OrganisationView>;
  /** Open invitations to the person's address; none if it is not verified. */
  received(person: Person): Promise<ReceivedInvitation[]>;
  /** Without the link. @throws AccountError `invitation_not_found` */
  acceptReceived(person: Person, input: { invitationId: string }): Promise<OrganisationView>;
  /** Without the link. @throws AccountError `invitation_not_found` */
  declineReceived(person: Person, input: { invitationId: string }): Promise<void>;
}

type Invitation = Prisma.InvitationGetPayload<{ include: { organization: true } }>;

/** The secret of an invitation's link, and its stored hash. */
export function createInvitationToken(): { token: string; tokenHash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, tokenHash: hashToken(token) };
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export function createInvitationService(deps: {
  prisma: PrismaClient;
  database: Database;
}): InvitationService {
  const { prisma, database } = deps;

  async function requireOpen(where: Prisma.InvitationWhereInput): Promise<Invitation> {
    const invitation = await prisma.invitation.findFirst({
      where: {
        ...where,
        status: 'pending',
        expiresAt: { gt: new Date() },
      },
      include: { organization: true },
    });
    if (invitation && (await isByOwner(prisma, invitation))) return invitation;
    throw new AccountError('invitation_not_found', 'This invitation is not valid.');
  }

  const requireByToken = (token: string) => requireOpen({ tokenHash: hashToken(token) });

  async function requireReceived(person: Person, id: string): Promise<Invitation> {
    const user = await prisma.user.findUnique({ where: { id: person.id } });
    if (user?.emailVerified) return requireOpen({ id, email: user.email.toLowerCase() });
    throw new AccountError('invitation_not_found', 'You have no such invitation.');
  }

  async function add(person: Person, invitation: Invitation): Promise<OrganisationView> {
    await prisma.$transaction((transaction) => addMember(transaction, person.id, invitation));
    return logJoined(person, invitation);
  }

  async function logJoined(
    person: Pick<Person, 'id' | 'name'>,
    { id: invitationId, role, organization }: Invitation,
  ): Promise<OrganisationView> {
    const { id, name, slug } = organization;
    const actor = { type: 'user', id: person.id, name: person.name } as const;
    await logOrganisation(
      database,
      { orgId: id, actor },
      {
        event: 'member.joined',
        message: `${person.name} joined as ${role}.`,
        data: { userId: person.id, invitationId },
      },
    );
    return { id, name, slug, role };
  }

  async function decline({ id }: Invitation): Promise<void> {
    await prisma.invitation.updateMany({
      where: { id, status: 'pending' },
      data: { status: 'rejected' },
    });
  }

  return {
    async find({ token }) {
      const { organization, role, email, expiresAt } = await requireByToken(token);
      const account = await prisma.user.findUnique({ where: { email }, select: { id: true } });
      const hasAccount = account !== null;
      return { organisation: organization.name, role, email, expiresAt, hasAccount };
    },
    async join({ token, name, password }) {
      const invitation = await requireByToken(token);
      const { email, isMailed } = invitation;
      const hash = await hashPassword(password);
      const user = await prisma
        .$transaction(async (transaction) => {
          const made = await transaction.user.create({
            data: { email, name, emailVerified: isMailed },
          });
          await transaction.account.create({
            data: { userId: made.id, accountId: made.id, providerId: 'credential', password: hash },
          });
          await addMember(transaction, made.id, invitation);
          return made;
        })
        .catch((error: unknown) => {
          if (codeOf(error) !== 'P2002') throw error;
          throw new AccountError('account_exists', 'This address already has an account.');
        });
      await logJoined(user, invitation);
      return { email };
    },
    decline: async ({ token }) => decline(await requireByToken(token)),
    async accept(person, { token }) {
      const invitation = await requireByToken(token);
      if (invitation.email !== person.email.toLowerCase())
        throw new AccountError('wrong_account', 'This invitation is for another address.');
      if (invitation.isMailed)
        await prisma.user.update({ where: { id: person.id }, data: { emailVerified: true } });
      return add(person, invitation);
    },
    async received(person) {
      const user = await prisma.user.findUnique({ where: { id: person.id } });
      if (!user?.emailVerified) return [];
      const found = await prisma.invitation.findMany({
        where: {
          email: user.email.toLowerCase(),
          status: 'pending',
          expiresAt: { gt: new Date() },
        },
        include: { organization: { select: { name: true } } },
        orderBy: { createdAt: 'asc' },
      });
      return found.map(({ id, role, expiresAt, organization }) => ({
        id,
        organisation: organization.name,
        role,
        expiresAt,
      }));
    },
    acceptReceived: async (person, { invitationId }) =>
      add(person, await requireReceived(person, invitationId)),
    declineReceived: async (person, { invitationId }) =>
      decline(await requireReceived(person, invitationId)),
  };
}

async function addMember(
  transaction: Prisma.TransactionClient,
  userId: string,
  invitation: Invitation,
): Promise<void> {
  // Of two concurrent clicks, one finds it pending; the row lock delays a removal of the inviter.
  const { count } = await transaction.invitation.updateMany({
    where: { id: invitation.id, status: 'pending' },
    data: { status: 'accepted' },
  });
  if (count === 0 || !(await isByOwner(transaction, invitation)))
    throw new AccountError('invitation_not_found', 'This invitation is no longer valid.');
  const { organizationId, role } = invitation;
  const ids = { organizationId, userId };
  await transaction.member.upsert({
    where: { organizationId_userId: ids },
    update: {},
    create: { ...ids, role },
  });
}

/** Invitations by former owners are invalid. */
async function isByOwner(
  prisma: Prisma.TransactionClient,
  { organizationId, inviterId }: Invitation,
): Promise<boolean> {
  const owner = await prisma.member.findFirst({
    where: { organizationId, userId: inviterId, role: 'owner' },
    select: { id: true },
  });
  return owner !== null;
}
