import { useQuery } from '@tanstack/react-query';
import { meQuery } from './queries.ts';

/** The user's rights in this organisation. The API enforces them; this only hides buttons. */
export interface Access {
  /** Start, retry and end runs; pause and resume stores. */
  canOperate: boolean;
  /** Connect, change and remove stores; manage members, keys and schedules. */
  canAdmin: boolean;
}

export function useAccess(): Access {
  const { data: me } = useQuery(meQuery());
  const level = me?.level;
  return { canOperate: level === 'operate' || level === 'admin', canAdmin: level === 'admin' };
}
