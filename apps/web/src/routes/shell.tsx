import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useMatch, useNavigate } from '@tanstack/react-router';
import { ConnectionBadge } from '../components/connection-badge.tsx';
import { Logo } from '../components/icon.tsx';
import { EmptyState } from '../components/notes.tsx';
import { UserMenu } from '../components/user-menu.tsx';
import { useConnection, useLive } from '../live/use-live.ts';
import { meQuery } from '../queries.ts';
import { useTheme } from '../theme.ts';
import { queryClient, type Me } from '../trpc.ts';

/** Around every page of a signed-in person. */
export function Shell() {
  const { data: me } = useQuery(meQuery());
  if (!me) return null;
  return (
    <div className="flex min-h-dvh flex-col">
      <Header me={me} />
      <main className="mx-auto w-full max-w-[92rem] flex-1 px-4 py-6 sm:px-6 lg:py-8">
        {me.organisation ? <LivePages /> : <NoOrganisation />}
      </main>
    </div>
  );
}

function LivePages() {
  const run = useMatch({ from: '/shell/runs/$queueId', shouldThrow: false });
  useLive(run?.params.queueId);
  return <Outlet />;
}

function Header({ me }: { me: Me }) {
  const [theme, setTheme] = useTheme();
  const navigate = useNavigate();
  const connection = useConnection();
  async function leave(): Promise<void> {
    const { signOut } = await import('../auth-client.ts');
    await signOut();
    queryClient.clear();
    await navigate({ to: '/sign-in' });
  }
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-surface">
      <div className="mx-auto flex h-14 max-w-[92rem] items-center gap-2 px-4 sm:gap-4 sm:px-6">
        <Link
          to="/stores"
          className="flex items-center gap-2.5 font-semibold"
          aria-label="Mantis Sync"
        >
          <Logo />
          <span className="hidden md:block">Mantis Sync</span>
        </Link>
        <nav aria-label="Main" className="flex gap-1">
          <NavLink to="/stores">Stores</NavLink>
          <NavLink to="/runs">Runs</NavLink>
          <NavLink to="/settings">Settings</NavLink>
        </nav>
        <div className="ml-auto flex min-w-0 items-center gap-2 sm:gap-4">
          {me.organisation && <ConnectionBadge state={connection} />}
          {me.organisation && (
            <span className="hidden max-w-56 truncate border-l border-line pl-4 font-medium lg:block">
              {me.organisation.name}
            </span>
          )}
          {me.user && (
            <UserMenu
              name={me.user.name}
              email={me.user.email}
              organisation={me.organisation?.name ?? null}
              theme={theme}
              onTheme={setTheme}
              onSignOut={() => void leave()}
            />
          )}
        </div>
      </div>
    </header>
  );
}

function NavLink({ to, children }: { to: '/stores' | '/runs' | '/settings'; children: string }) {
  return (
    <Link
      to={to}
      activeOptions={{ includeSearch: false }}
      className="rounded-md px-3 py-1.5 text-muted hover:bg-sunken hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent"
    >
      {children}
    </Link>
  );
}

function NoOrganisation() {
  return (
    <EmptyState icon="user" title="You belong to no organisation yet">
      Stores and their runs belong to an organisation. Ask a colleague who owns one to invite you,
      then load this page again.
    </EmptyState>
  );
}
