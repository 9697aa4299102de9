import { parse } from 'valibot';
import { useNavigate } from '@tanstack/react-router';
import { readApiError } from '../../api/api-error.ts';
import { probeQuery } from '../../api/queries.ts';
import { queryClient } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { Step, Steps } from '../../ui/steps.tsx';
import { AccessChoice } from './connect-access.tsx';
import { AddressForm, Looking } from './connect-address.tsx';
import { choicesOf, describeChoices, hostOf } from './connect-choices.ts';
import { connectSearch } from './connect-search.ts';
import { SettingsForm } from './connect-settings.tsx';
import { Findings } from './findings.tsx';
import { FirstSync } from './first-sync.tsx';
import { TryKeys } from './try-keys.tsx';
import { WebLoginForm } from './web-login-form.tsx';
import { type Connecting, type FoundStore, useConnecting } from './use-connecting.ts';

/** All steps up to the connection. */
export function ConnectSteps() {
  const connecting = useConnecting();
  const { stateOf, connect } = connecting;
  return (
    <Steps>
      <AddressStep {...connecting} />
      <AccessStep {...connecting} />
      <SettingsStep {...connecting} />
      <Step number={4} title="Connect" state={stateOf('connect')}>
        {connect.data && <FirstSync storeId={connect.data.id} />}
      </Step>
    </Steps>
  );
}

function AddressStep(connecting: Connecting) {
  const { address, probe, found, current, isChoosing, isOver, change, stateOf } = connecting;
  const { findings, loginForm } = connecting;
  const isCurrent = current === 'address';
  return (
    <Step
      number={1}
      title="Address"
      state={stateOf('address')}
      summary={!isCurrent && hostOf(found?.url ?? address)}
      aside={
        !isCurrent &&
        !isOver && <Back what="the address" onClick={() => change({ step: 'address' })} />
      }
    >
      {isCurrent && (
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
          {loginForm.isNeeded && (
            <WebLoginForm
              user={loginForm.user}
              isRefused={loginForm.isRefused}
              isBusy={probe.isFetching}
              onSubmit={loginForm.submit}
            />
          )}
        </>
      )}
      {!probe.isFetching && findings.length > 0 && (isCurrent || isChoosing) && (
        <div role="status">
          <Findings findings={findings} />
        </div>
      )}
    </Step>
  );
}

function AccessStep(connecting: Connecting) {
  const { search, found, keys, current, isChoosing, isOver, change, stateOf } = connecting;
  const isDone = stateOf('access') === 'done';
  return (
    <Step
      number={2}
      title="Access"
      state={stateOf('access')}
      summary={isDone && describeAccess(search.by, keys)}
      aside={
        isDone &&
        !isOver && <Back what="access" onClick={() => change({ by: undefined, step: undefined })} />
      }
    >
      {current === 'access' &&
        found &&
        (isChoosing ? (
          <ChooseAccess {...connecting} found={found} />
        ) : (
          <TryKeys
            key={found.url}
            storeUrl={found.url}
            login={connecting.login}
            keys={keys}
            onTried={(good) => {
              connecting.setTried({ ...good, url: found.url });
              change({ step: 'settings' });
            }}
            onBack={() => change({ by: undefined })}
          />
        ))}
    </Step>
  );
}

function ChooseAccess({
  found,
  begin,
  choices,
  login,
  change,
}: Connecting & { found: FoundStore }) {
  const navigate = useNavigate();
  const { known, url, oneClick } = found;
  return (
    <>
      <AccessChoice
        oneClick={oneClick}
        known={known}
        isBusy={begin.isPending}
        onApproval={() =>
          known
            ? begin.mutate({ ...choices, ...login, name: known.name, url })
            : change({ by: 'approval', step: 'settings' })
        }
        onKeys={() =>
          known
            ? void navigate({
                to: '/stores/$storeId',
                params: { storeId: known.storeId },
                search: { tab: 'settings' },
              })
            : change({ by: 'keys' })
        }
      />
      {begin.error && <ErrorNote error={readApiError(begin.error)} />}
    </>
  );
}

function SettingsStep(connecting: Connecting) {
  const { search, found, keys, login, choices, begin, connect, current, change, stateOf } =
    connecting;
  const isByApproval = search.by === 'approval';
  const error = begin.error ?? connect.error;
  return (
    <Step
      number={3}
      title="Settings"
      state={stateOf('settings')}
      summary={stateOf('settings') === 'done' && describeChoices(choices)}
    >
      {current === 'settings' && found && (
        <SettingsForm
          choices={choices}
          hasScope={isByApproval}
          {...(isByApproval
            ? {
                submitLabel: begin.isPending ? 'Opening WooCommerce…' : 'Continue in WooCommerce',
                hint: 'WooCommerce asks you to sign in and approve, then sends you back here.',
              }
            : {
                submitLabel: connect.isPending ? 'Connecting…' : 'Connect and sync',
                hint: 'The keys are stored encrypted, and the first sync starts immediately.',
              })}
          isBusy={begin.isPending || connect.isPending}
          error={error ? readApiError(error) : null}
          onChange={(typed) => change(typed, 'replace')}
          onSubmit={(typed) => {
            const { scope, ...chosen } = choicesOf(
              parse(connectSearch, { ...search, ...typed }),
              found.site,
            );
            if (isByApproval) begin.mutate({ ...chosen, ...login, scope, url: found.url });
            else if (keys) connect.mutate({ ...chosen, ...login, ...keys });
          }}
        />
      )}
    </Step>
  );
}

function describeAccess(by: Connecting['search']['by'], keys: Connecting['keys']): string {
  return by === 'approval'
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
