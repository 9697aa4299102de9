import { parse } from 'valibot';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { setStoreInCache } from '../../api/set-store-in-cache.ts';
import { trpc, type Probe } from '../../api/trpc.ts';
import { choicesOf, type ChosenSearch } from './connect-choices.ts';
import type { Keys } from './connect-keys.tsx';
import { connectSearch } from './connect-search.ts';
import { useBeginAuthorization } from './use-begin-authorization.ts';
import { useProbe } from './use-probe.ts';

const ORDER = ['address', 'access', 'settings', 'connect'] as const;
type StepName = (typeof ORDER)[number];

export type FoundStore = Pick<Probe, 'known' | 'site'> & {
  url: string;
  oneClick: NonNullable<Probe['oneClick']>;
};

/** What is decided of a store to connect. Choices are kept in the page's address, except keys and the login. */
export function useConnecting() {
  const search = useSearch({ from: '/shell/connect' });
  const change = useChange();
  const { address = '' } = search;
  const { probe, findings, webLogin, loginForm } = useProbe(address);
  /** Kept only here, never in the page's address. */
  const [tried, setTried] = useState<(Keys & { url: string }) | null>(null);
  const begin = useBeginAuthorization();
  const connect = useMutation(trpc.store.connect.mutationOptions({ onSuccess: setStoreInCache }));

  const found = readProbe(probe.data);
  const keys = found && tried?.url === found.url ? tried : null;
  const current = connect.data ? 'connect' : stepOf(search, found, keys);
  return {
    search,
    change,
    address,
    probe,
    findings,
    loginForm,
    /** Sent with each request to the store, if it needs one. */
    login: webLogin ? { webLogin } : {},
    found,
    keys,
    setTried,
    begin,
    connect,
    current,
    stateOf(step: StepName) {
      if (step === current) return 'current';
      return ORDER.indexOf(step) < ORDER.indexOf(current) ? 'done' : 'ahead';
    },
    choices: choicesOf({ ...search, address: found?.url ?? address }, found?.site),
    /** Access is the current step, and the way to it is not chosen. */
    isChoosing: current === 'access' && (search.by !== 'keys' || found?.known != null),
    isOver: connect.data !== undefined,
  };
}

export type Connecting = ReturnType<typeof useConnecting>;

/** Null if no store was found. */
function readProbe(probe: Probe | undefined): FoundStore | null {
  if (!probe || probe.url === null || !probe.oneClick) return null;
  return { known: probe.known, site: probe.site, url: probe.url, oneClick: probe.oneClick };
}

/** The first open step, or a decided one that the address requests. */
function stepOf({ by, step }: ChosenSearch, found: FoundStore | null, keys: Keys | null): StepName {
  if (!found || step === 'address') return 'address';
  const hasWay = by === 'approval' ? found.oneClick.isPossible : keys !== null;
  return step === 'settings' && hasWay && !found.known ? 'settings' : 'access';
}

/** Writes choices into the page's address; by default as a new history entry. */
function useChange() {
  const navigate = useNavigate();
  return (decided: Record<string, string | undefined>, how: 'push' | 'replace' = 'push') =>
    void navigate({
      to: '/connect',
      search: (before) => parse(connectSearch, { ...before, ...decided }),
      replace: how === 'replace',
      resetScroll: false,
    });
}
