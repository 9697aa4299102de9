import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface LinkProps {
  className?: string;
  children: ReactNode;
}

export function RunLink({ queueId, ...rest }: LinkProps & { queueId: string }) {
  return <Link to="/runs/$queueId" params={{ queueId }} {...rest} />;
}

export function StoreRunsLink({ storeId, ...rest }: LinkProps & { storeId: string }) {
  return <Link to="/runs" search={{ store: storeId }} {...rest} />;
}
