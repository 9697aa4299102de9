import type { ReactNode } from 'react';
import { hostOf } from './connect-choices.ts';
import { formatClock } from '../../words/format.ts';
import type { Authorization } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';

interface AuthorizationStateProps {
  authorization: Authorization;
  isBusy: boolean;
  /** Opens the store's approval page again. */
  onAgain: () => void;
  onGiveUp: () => void;
  onKeys: () => void;
  onSettings: () => void;
}

/** The state of the request to the store, and what to do. */
export function AuthorizationState(props: AuthorizationStateProps) {
  const { authorization, isBusy } = props;
  const host = hostOf(authorization.url);
  const again = (label: string, kind: 'primary' | 'secondary' = 'primary') => (
    <Button kind={kind} icon="external" isBusy={isBusy} onClick={props.onAgain}>
      {label}
    </Button>
  );
  const others = (
    <>
      <Button disabled={isBusy} onClick={props.onKeys}>
        Enter API keys
      </Button>
      <Button kind="quiet" disabled={isBusy} onClick={props.onSettings}>
        Change settings
      </Button>
    </>
  );
  if (authorization.state === 'waiting') {
    return (
      <Note
        icon="clock"
        look="bg-busy-soft text-busy"
        title={`Waiting for approval at ${host}`}
        actions={
          <>
            {again('Open WooCommerce again', 'secondary')}
            <Button kind="quiet" isBusy={isBusy} onClick={props.onGiveUp}>
              Cancel
            </Button>
          </>
        }
      >
        Approve on the WooCommerce page, and this page continues by itself. The request expires at{' '}
        {formatClock(authorization.expiresAt)}.
      </Note>
    );
  }
  if (authorization.state === 'verifying') {
    return (
      <Note icon="key" look="bg-busy-soft text-busy" title="Testing the keys">
        The store sent its keys. They are tested before they are saved, which takes a few seconds.
      </Note>
    );
  }
  if (authorization.state === 'expired') {
    return (
      <Note
        icon="clock"
        look="bg-wait-soft text-wait"
        title="The request expired"
        actions={
          <>
            {again('Try again')}
            {others}
          </>
        }
      >
        Requests expire after 15 minutes. Nothing was connected or saved.
      </Note>
    );
  }
  if (authorization.refusal?.code === 'denied') {
    return (
      <Note
        icon="slash"
        look="bg-wait-soft text-wait"
        title="Access was denied in WooCommerce"
        actions={
          <>
            {again('Try again')}
            {others}
          </>
        }
      >
        Nothing was connected. Try again if that was a mistake, or ask someone who manages the store
        to create keys for you.
      </Note>
    );
  }
  return (
    <Note
      icon="cross"
      look="bg-bad-soft text-bad"
      title="The store’s keys were not accepted"
      actions={
        <>
          {again('Try again')}
          {others}
        </>
      }
    >
      {authorization.refusal?.reason} The store was asked to delete these keys. Nothing was
      connected.
    </Note>
  );
}

/** A state: headline, meaning and possible actions. */
function Note(props: {
  icon: IconName;
  look: string;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="flex flex-col gap-4">
      <div role="status" className="flex flex-col gap-3">
        <p
          className={`flex items-center gap-2 rounded-md px-3.5 py-2.5 font-semibold ${props.look}`}
        >
          <Icon name={props.icon} />
          {props.title}
        </p>
        <p className="max-w-prose">{props.children}</p>
      </div>
      {props.actions && <div className="flex flex-wrap gap-2">{props.actions}</div>}
    </div>
  );
}
