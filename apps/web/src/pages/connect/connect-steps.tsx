import { parse } from 'valibot';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { AccessChoice } from './connect-access.tsx';
import { AddressForm, Looking } from './connect-address.tsx';
import type { Keys } from './connect-keys.tsx';
import { SettingsForm } from './connect-settings.tsx';
import { Button } from '../../ui/button.tsx';
import { Findings } from './findings.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { Step, Steps } from '../../ui/steps.tsx';
import { choicesOf, describeChoices, hostOf, type ChosenSearch } from './connect-choices.ts';
import { probeQuery } from '../../api/queries.ts';
import { queryClient, trpc, type Probe } from '../../api/trpc.ts';
import { setStoreInCache } from '../../api/set-store-in-cache.ts';
import { connectSearch } from './connect-search.ts';
import { FirstSync } from './first-sync.tsx';
import { TryKeys } from './try-keys.tsx';
import { useBeginAuthorization } from './use-begin-authorization.ts';

const order = ['address', 'access', 'settings', 'connect'] as const;
type StepName = (typeof order)[number];

/** All steps up to the connection. Choices are kept in the page's address, except the keys. */
export function ConnectSteps() {
  const search = useSearch({ from: '/shell/connect' });
  const change = useChange();
  const navigate = useNavigate();
  const { address = '' } = search;
  const probe = useQuery({ ...probeQuery(address), enabled: address !== '' });
  /** Kept only here, never in the page's address. */
  const [tried, setTried] = useState<(Keys & { url: string }) | null>(null);
  const begin = useBeginAuthorization();
  const connect = useMutation(trpc.store.connect.mutationOptions({ onSuccess: setStoreInCache }));

  const found = readProbe(probe.data);
  const keys = found && tried?.url === found.url ? tried : null;
  const current = connect.data ? 'connect' : stepOf(search, found, keys);
  const stateOf = (step: StepName) =>
    step === current
      ? ('current' as const)
      : order.indexOf(step) < order.indexOf(current)
        ? ('done' as const)
        : ('ahead' as const);
  const choices = choicesOf({ ...search, address: found?.url ?? address }, found?.site);
  const isChoosing = current === 'access' && (search.by !== 'keys' || found?.known != null);
  const isOver = connect.data !== undefined;

  return (
    <Steps>
      <Step
        number={1}
        title="Address"
        state={stateOf('address')}
        summary={current !== 'address' && hostOf(found?.url ?? address)}
        aside={
          current !== 'address' &&
          !isOver && <Back what="the address" onClick={() => change({ step: 'address' })} />
        }
      >
        {current === 'address' && (
          <>
            <AddressForm
              address={address}
              isBusy={probe.isFetching}
              onSubmit={(typed) => {
                // A new check must not use the cache.
                if (typed === address) void probe.refetch();
                else queryClient.removeQueries({ queryKey: probeQuery(typed).queryKey });
                change({ address: typed, by: undefined, step: undefined, name: undefined });
              }}
            />
            {probe.isFetching && <Looking host={hostOf(address)} />}
            {!probe.isFetching && probe.error && <ErrorNote error={readApiError(probe.error)} />}
          </>
        )}
        {!probe.isFetching && probe.data && (current === 'address' || isChoosing) && (
          <div role="status">
            <Findings findings={probe.data.findings} />
          </div>
        )}
      </Step>
      <Step
        number={2}
        title="Access"
        state={stateOf('access')}
        summary={stateOf('access') === 'done' && describeAccess(search, keys)}
        aside={
          stateOf('access') === 'done' &&
          !isOver && (
            <Back what="access" onClick={() => change({ by: undefined, step: undefined })} />
          )
        }
      >
        {current === 'access' &&
          found &&
          (!isChoosing ? (
            <TryKeys
              key={found.url}
              storeUrl={found.url}
              keys={keys}
              onTried={(good) => {
                setTried({ ...good, url: found.url });
                change({ step: 'settings' });
              }}
              onBack={() => change({ by: undefined })}
            />
          ) : (
            <>
              <AccessChoice
                oneClick={found.oneClick}
                known={found.known}
                isBusy={begin.isPending}
                onShop={() =>
                  found.known
                    ? begin.mutate({ ...choices, name: found.known.name, url: found.url })
                    : change({ by: 'shop', step: 'settings' })
                }
                onKeys={() =>
                  found.known
                    ? void navigate({
                        to: '/stores/$storeId',
                        params: { storeId: found.known.storeId },
                        search: { tab: 'settings' },
                      })
                    : change({ by: 'keys' })
                }
              />
              {begin.error && <ErrorNote error={readApiError(begin.error)} />}
            </>
          ))}
      </Step>
      <Step
        number={3}
        title="Settings"
        state={stateOf('settings')}
        summary={stateOf('settings') === 'done' && describeChoices(choices)}
      >
        {current === 'settings' && found && (
          <SettingsForm
            choices={choices}
            hasScope={search.by === 'shop'}
            {...(search.by === 'shop'
              ? {
                  submitLabel: begin.isPending ? 'Opening WooCommerce…' : 'Continue in WooCommerce',
                  hint: 'WooCommerce asks you to sign in and approve, then sends you back here.',
                }
              : {
                  submitLabel: connect.isPending ? 'Connecting…' : 'Connect and sync',
                  hint: 'The keys are stored encrypted, and the first sync starts immediately.',
                })}
            isBusy={begin.isPending || connect.isPending}
            error={readError(begin.error ?? connect.error)}
            onChange={(typed) => change(typed, 'replace')}
            onSubmit={(typed) => {
              const { scope, ...chosen } = choicesOf(
                parse(connectSearch, { ...search, ...typed }),
                found.site,
              );
              if (search.by === 'shop') begin.mutate({ ...chosen, scope, url: found.url });
              else if (keys) connect.mutate({ ...chosen, ...keys });
            }}
          />
        )}
      </Step>
      <Step number={4} title="Connect" state={stateOf('connect')}>
        {connect.data && <FirstSync storeId={connect.data.id} />}
      </Step>
    </Steps>
  );
}

type FoundStore = Pick<Probe, 'known' | 'site'> & {
  url: string;
  oneClick: NonNullable<Probe['oneClick']>;
};

/** Null if no store was found. */
function readProbe(probe: Probe | undefined): FoundStore | null {
  if (!probe || probe.url === null || !probe.oneClick) return null;
  return { known: probe.known, site: probe.site, url: probe.url, oneClick: probe.oneClick };
}

/** The first open step, or a decided one that the address requests. */
function stepOf({ by, step }: ChosenSearch, found: FoundStore | null, keys: Keys | null): StepName {
  if (!found || step === 'address') return 'address';
  const hasWay = by === 'shop' ? found.oneClick.isPossible : keys !== null;
  return step === 'settings' && hasWay && !found.known ? 'settings' : 'access';
}

function describeAccess({ by }: ChosenSearch, keys: Keys | null): string {
  return by === 'shop'
    ? 'Approve in WooCommerce'
    : `Key …${keys?.consumerKey.slice(-4) ?? ''}, tested`;
}

function Back({ what, onClick }: { what: string; onClick: () => void }) {
  return (
    <Button kind="quiet" className="-mr-3" aria-label={`Change ${what}`} onClick={onClick}>
      Change
    </Button>
  );
}

const readError = (error: unknown) => (error ? readApiError(error) : null);

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
