import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { EmptyState } from '../../ui/notes.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { meQuery } from '../../api/queries.ts';
import { ConnectSteps } from './connect-steps.tsx';
import { AuthorizationById } from './authorization-steps.tsx';

/** Connects a store: address, keys, settings, and the first sync. */
export function ConnectPage() {
  const { data: me } = useQuery(meQuery());
  const { grant } = useSearch({ from: '/shell/connect' });
  if (!me) return null;
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeader title="Connect a store" help="connect" />
      {me.level !== 'admin' && <ForOwners />}
      {me.level === 'admin' &&
        (grant === undefined ? (
          <ConnectSteps />
        ) : (
          <AuthorizationById key={grant} authorizationId={grant} />
        ))}
    </div>
  );
}

function ForOwners() {
  return (
    <EmptyState icon="key" title="Only owners can connect stores">
      Connecting a store needs its API keys. Ask an owner of the organisation;{' '}
      <Link to="/settings" className="font-medium text-accent underline underline-offset-2">
        Settings
      </Link>{' '}
      lists them.
    </EmptyState>
  );
}
