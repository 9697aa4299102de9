import type { ReactNode } from 'react';
import { hostOf } from './connect-choices.ts';
import { formatClock } from '../../words/format.ts';
import type { Grant } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';

interface AuthorizationStateProps {
  grant: Grant;
  isBusy: boolean;
  /** Opens the shop's page, as if for the first time. */
  onAgain: () => void;
  onGiveUp: () => void;
  onKeys: () => void;
  onSettings: () => void;
}

/** What became of the question to the shop, and what to do. */
export function AuthorizationState(props: AuthorizationStateProps) {
  const { grant, isBusy } = props;
  const host = hostOf(grant.url);
  const again = (label: string, kind: 'primary' | 'secondary' = 'primary') => (
    <Button kind={kind} icon="external" isBusy={isBusy} onClick={props.onAgain}>
      {label}
    </Button>
  );
  const others = (
    <>
      <Button disabled={isBusy} onClick={props.onKeys}>
        Keys by hand
      </Button>
      <Button kind="quiet" disabled={isBusy} onClick={props.onSettings}>
        Change settings
      </Button>
    </>
  );
  if (grant.state === 'waiting') {
    return (
      <Note
        icon="clock"
        look="bg-busy-soft text-busy"
        title={`Waiting for a yes at ${host}`}
        actions={
          <>
            {again('Open the shop’s page again', 'secondary')}
            <Button kind="quiet" isBusy={isBusy} onClick={props.onGiveUp}>
              Give up
            </Button>
          </>
        }
      >
        Say yes on the shop’s page, and this goes on by itself. The question stands until{' '}
        {formatClock(grant.expiresAt)}; after that, or if it is given up, the shop can no longer
        answer it.
      </Note>
    );
  }
  if (grant.state === 'verifying') {
    return (
      <Note icon="key" look="bg-busy-soft text-busy" title="The shop has sent its keys">
        They are being tried on the shop before they are kept. That takes a few seconds.
      </Note>
    );
  }
  if (grant.state === 'expired') {
    return (
      <Note
        icon="clock"
        look="bg-wait-soft text-wait"
        title="The shop did not answer in time"
        actions={
          <>
            {again('Ask the shop again')}
            {others}
          </>
        }
      >
        A question stands for 15 minutes. Nothing was connected, and nothing was kept.
      </Note>
    );
  }
  if (grant.refusal?.code === 'denied') {
    return (
      <Note
        icon="slash"
        look="bg-wait-soft text-wait"
        title="Access was denied at the shop"
        actions={
          <>
            {again('Ask the shop again')}
            {others}
          </>
        }
      >
        Nothing was connected. Ask again if that was a slip, or have somebody who manages the shop
        make keys for you.
      </Note>
    );
  }
  return (
    <Note
      icon="cross"
      look="bg-bad-soft text-bad"
      title="The shop’s keys were not taken"
      actions={
        <>
          {again('Ask the shop again')}
          {others}
        </>
      }
    >
      {grant.refusal?.reason} The shop was told to delete these keys; nothing was connected.
    </Note>
  );
}

/** A state in a headline, what it means, and what can be done. */
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
