import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, Outlet, useMatch, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { readApiError } from '../api/api-error.ts';
import { signOut } from '../api/auth-client.ts';
import { ConnectionBadge } from './connection-badge.tsx';
import { Button } from '../ui/button.tsx';
import { Logo } from '../ui/icon.tsx';
import { EmptyState, ErrorNote } from '../ui/notes.tsx';
import { UserMenu } from './user-menu.tsx';
import { useConnection, useLive } from '../api/live/use-live.ts';
import { NAV_ITEMS, type NavPath } from './nav-items.ts';
import { meQuery, organisationsQuery } from '../api/queries.ts';
import { ReadOnlyBar } from './read-only-bar.tsx';
import { queryClient, trpc, type Me } from '../api/trpc.ts';
import { isMac, useKeys } from './use-keys.ts';

const CommandMenu = lazy(async () => ({
  default: (await import('./command-menu.tsx')).CommandMenu,
}));
const ReceivedInvitations = lazy(async () => ({
  default: (await import('../pages/settings/received-invitations.tsx')).ReceivedInvitations,
}));
const ShortcutsDialog = lazy(async () => ({
  default: (await import('./shortcuts-dialog.tsx')).ShortcutsDialog,
}));

/** Dialogs of every page. */
type Over = 'commands' | 'shortcuts' | null;

/** The frame of every page of a signed-in user. */
export function Shell() {
  const { data: me } = useQuery(meQuery());
  const [over, setOver] = useState<Over>(null);
  if (!me) return null;
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="absolute top-2 left-2 z-50 -translate-y-16 rounded-md bg-accent px-3 py-2 font-medium text-on-accent focus:translate-y-0"
      >
        Skip to content
      </a>
      <Header me={me} onOver={setOver} />
      {me.level === 'read' && <ReadOnlyBar />}
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-[92rem] flex-1 scroll-mt-14 px-4 py-6 outline-none sm:px-6 lg:py-8"
      >
        {me.organisation ? <LivePages /> : <NoOrganisation />}
      </main>
      {me.organisation && <Keys onOver={setOver} />}
      <Suspense fallback={null}>
        {over === 'commands' && (
          <CommandMenu onClose={() => setOver(null)} onHelp={() => setOver('shortcuts')} />
        )}
        {over === 'shortcuts' && <ShortcutsDialog onClose={() => setOver(null)} />}
      </Suspense>
    </div>
  );
}

function LivePages() {
  const run = useMatch({ from: '/shell/runs/$runId', shouldThrow: false });
  useLive(run?.params.runId);
  return <Outlet />;
}

function Keys({ onOver }: { onOver: (over: Over) => void }) {
  const navigate = useNavigate();
  useKeys((command) => {
    if (command.type === 'go') void navigate({ to: command.to });
    if (command.type === 'connect') void navigate({ to: '/connect' });
    if (command.type === 'help') onOver('shortcuts');
    if (command.type === 'commands') onOver('commands');
    if (command.type === 'find') {
      const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
      if (field) field.focus();
      else onOver('commands');
    }
  });
  return null;
}

function Header({ me, onOver }: { me: Me; onOver: (over: Over) => void }) {
  const navigate = useNavigate();
  const connection = useConnection();
  const { data: organisations = [] } = useQuery(organisationsQuery());
  // Everything shown, including the stream, belongs to the previous organisation: reloads the page.
  const change = useMutation(
    trpc.account.switchOrganisation.mutationOptions({ onSuccess: () => location.assign('/') }),
  );
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess() {
      queryClient.clear();
      void navigate({ to: '/sign-in' });
    },
  });
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-surface">
      <div className="mx-auto flex h-14 max-w-[92rem] items-center gap-1 px-3 sm:gap-4 sm:px-6">
        <Link
          to="/stores"
          className="flex items-center gap-2.5 font-semibold"
          aria-label="Mantis Sync"
        >
          <Logo />
          <span className="hidden lg:block">Mantis Sync</span>
        </Link>
        <nav aria-label="Main" className="flex min-w-0 overflow-x-auto sm:gap-1">
          {NAV_ITEMS.map(({ to, label }) => (
            <NavLink key={to} to={to}>
              {label}
            </NavLink>
          ))}
        </nav>
        <div className="ml-auto flex min-w-0 items-center gap-1 sm:gap-4">
          {me.organisation && <CommandButton onOpen={() => onOver('commands')} />}
          {me.organisation && <ConnectionBadge connection={connection} />}
          {me.organisation && (
            <span className="hidden max-w-56 truncate border-l border-line pl-4 font-medium lg:block">
              {me.organisation.name}
            </span>
          )}
          {me.user && (
            <UserMenu
              name={me.user.name}
              email={me.user.email}
              organisation={me.organisation}
              organisations={organisations}
              onOrganisation={(organisationId) => change.mutate({ organisationId })}
              onCommands={() => onOver('commands')}
              onShortcuts={() => onOver('shortcuts')}
              onSignOut={() => leave.mutate()}
            />
          )}
        </div>
      </div>
      {change.error && <ErrorNote error={readApiError(change.error)} />}
      {leave.error && (
        <ErrorNote
          error={{ message: 'You are still signed in', advice: leave.error.message, issues: [] }}
          action={
            <Button isBusy={leave.isPending} onClick={() => leave.mutate()}>
              Sign out
            </Button>
          }
        />
      )}
    </header>
  );
}

function CommandButton({ onOpen }: { onOpen: () => void }) {
  return (
    <button
      type="button"
      onClick={onOpen}
      onPointerEnter={() => void import('./command-menu.tsx')}
      aria-haspopup="dialog"
      aria-keyshortcuts={isMac ? 'Meta+K' : 'Control+K'}
      className="hidden h-8 items-center gap-2 rounded-md border border-line-strong px-2.5 text-sm text-muted hover:bg-sunken hover:text-ink sm:flex"
    >
      Go to…
      <kbd className="hidden font-sans text-xs md:inline">{isMac ? '⌘ K' : 'Ctrl K'}</kbd>
    </button>
  );
}

function NavLink({ to, children }: { to: NavPath; children: string }) {
  return (
    <Link
      to={to}
      activeOptions={{ includeSearch: false }}
      className="rounded-md px-2 py-1.5 text-muted hover:bg-sunken hover:text-ink focus-visible:-outline-offset-2 aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent sm:px-3"
    >
      {children}
    </Link>
  );
}

function NoOrganisation() {
  return (
    <div className="flex flex-col gap-5">
      <Suspense fallback={null}>
        <ReceivedInvitations />
      </Suspense>
      <EmptyState icon="user" title="You are not in an organisation yet">
        Stores and their runs belong to an organisation. Ask an owner of one to invite you, then
        reload this page.
      </EmptyState>
    </div>
  );
}
