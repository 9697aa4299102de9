import { Outlet, useMatch } from '@tanstack/react-router';
import { usePageTitle } from './page-title.ts';

export function Root() {
  const run = useMatch({ from: '/shell/runs/$queueId', shouldThrow: false });
  usePageTitle(run?.params.queueId);
  return <Outlet />;
}
