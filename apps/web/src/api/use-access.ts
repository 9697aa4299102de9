import { useQuery } from '@tanstack/react-query';
import { meQuery } from './queries.ts';

/** What the reader may do in this organisation; the API decides, this only shows no button that it would refuse. */
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
