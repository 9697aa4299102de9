import { useQuery } from '@tanstack/react-query';
import { trpc } from '../api/trpc.ts';
import { HelpLink } from '../ui/help-link.tsx';
import { Icon } from '../ui/icon.tsx';

const mostNames = 3;

/** Tells viewers that they cannot make changes, and whom to ask. */
export function ReadOnlyBar() {
  const { data: members = [] } = useQuery(trpc.member.list.queryOptions());
  const names = members.filter(({ role }) => role !== 'viewer').map(({ name }) => name);
  const more = names.length - mostNames;
  return (
    <div className="flex items-center justify-center gap-1 border-b border-line bg-sunken px-4 py-1 text-sm text-muted">
      <p>
        <Icon name="eye" className="mr-1.5 inline size-3.5 align-[-2px]" />
        You have read-only access.
        {names.length > 0 &&
          ` To start or change something, ask ${names.slice(0, mostNames).join(', ')}${more > 0 ? ` or ${more} more` : ''}.`}
      </p>
      <HelpLink topic="roles" about="Roles" />
    </div>
  );
}
