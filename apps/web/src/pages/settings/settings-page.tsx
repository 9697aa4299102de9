import { useQueries, useQuery } from '@tanstack/react-query';
import { PageHeader } from '../../ui/page-header.tsx';
import { meQuery } from '../../api/queries.ts';
import { trpc } from '../../api/trpc.ts';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { KeysCard } from './keys-card.tsx';
import { InvitationsCard } from './invitations-card.tsx';
import { ChannelsCard } from './channels-card.tsx';
import { NotificationsCard } from './notifications-card.tsx';
import { LogCard } from './log-card.tsx';
import { MembersCard } from './members-card.tsx';
import { OrganisationCard } from './organisation-card.tsx';
import { PasskeysCard, passkeysQuery } from './passkeys-card.tsx';
import { PasswordCard } from './password-card.tsx';
import { ReceivedInvitations } from './received-invitations.tsx';
import { RetentionCard } from './retention-card.tsx';
import { SessionsCard } from './sessions-card.tsx';
import { VolatileMetaCard } from './volatile-meta-card.tsx';

/** The organisation, its members and keys. Owners can change them, others see what they may. */
export function SettingsPage() {
  const { data: me } = useQuery(meQuery());
  const isOwner = me?.role === 'owner';
  const isPending = useIsPending(isOwner);
  if (!me?.user) return null;
  if (isPending) return <PageSkeleton />;
  return (
    <>
      <PageHeader title="Settings" help="settings" />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-5">
          <ReceivedInvitations />
          <OrganisationCard me={me} />
          <MembersCard isOwner={isOwner} userId={me.user.id} />
          {isOwner && <InvitationsCard />}
          <NotificationsCard />
          <RetentionCard isOwner={isOwner} />
          <VolatileMetaCard isOwner={isOwner} />
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          {isOwner && <KeysCard />}
          <PasswordCard email={me.user.email} />
          <PasskeysCard />
          <SessionsCard />
          {isOwner && <ChannelsCard />}
          {isOwner && <LogCard />}
        </div>
      </div>
    </>
  );
}

/** Whether a card waits for its content. They are shown together: one after another, each would move the next. */
function useIsPending(isOwner: boolean): boolean {
  const { account, member, organisation, notification, key } = trpc;
  const results = useQueries({
    queries: [
      account.invitations.queryOptions(),
      member.list.queryOptions(),
      notification.mine.queryOptions(),
      organisation.settings.queryOptions(),
      account.signInMethods.queryOptions(),
      passkeysQuery,
      account.sessions.queryOptions(),
      ...(isOwner
        ? [
            member.invitations.queryOptions(),
            key.list.queryOptions(),
            notification.channels.queryOptions(),
          ]
        : []),
    ],
  });
  return results.some((result) => result.isPending);
}
