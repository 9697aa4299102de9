import { Outlet, useMatch } from '@tanstack/react-router';
import { usePageTitle } from './page-title.ts';

export function Root() {
  const run = useMatch({ from: '/shell/runs/$runId', shouldThrow: false });
  usePageTitle(run?.params.runId);
  return <Outlet />;
}
