import { useQuery } from '@tanstack/react-query';
import { PageHeader } from '../../ui/page-header.tsx';
import { meQuery } from '../../api/queries.ts';
import { KeysCard } from './keys-card.tsx';
import { InvitationsCard } from './invitations-card.tsx';
import { ChannelsCard } from './channels-card.tsx';
import { NotificationsCard } from './notifications-card.tsx';
import { LogCard } from './log-card.tsx';
import { MembersCard } from './members-card.tsx';
import { OrganisationCard } from './organisation-card.tsx';
import { PasskeysCard } from './passkeys-card.tsx';
import { PasswordCard } from './password-card.tsx';
import { ReceivedInvitations } from './received-invitations.tsx';
import { RetentionCard } from './retention-card.tsx';
import { SessionsCard } from './sessions-card.tsx';
import { VolatileMetaCard } from './volatile-meta-card.tsx';

/** The organisation, its members and keys. Owners can change them, others see what they may. */
export function SettingsPage() {
  const { data: me } = useQuery(meQuery());
  if (!me?.user) return null;
  const isOwner = me.role === 'owner';
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
