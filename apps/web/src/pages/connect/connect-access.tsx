import type { ReactNode } from 'react';
import type { Probe } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';

/** The two ways to come by keys; the first is taken where it is possible. */
export function AccessChoice(props: {
  oneClick: NonNullable<Probe['oneClick']>;
  /** The store that is connected at this address already. */
  known: Probe['known'];
  isBusy: boolean;
  onShop: () => void;
  onKeys: () => void;
}) {
  const { oneClick, known } = props;
  return (
    <>
      {known && (
        <p className="rounded-md bg-sunken px-3.5 py-2.5">
          This shop is connected already, as <span className="font-medium">{known.name}</span>. You
          can give it new keys; its customers, runs and settings stay.
        </p>
      )}
      <div className="grid gap-3 md:grid-cols-2">
        {oneClick.isPossible ? (
          <Way
            icon="check"
            title="One click at the shop"
            button={
              <Button
                kind="primary"
                {...(known && { icon: 'external' })}
                isBusy={props.isBusy}
                onClick={props.onShop}
              >
                {known ? 'Get new keys at the shop' : 'Use one click'}
              </Button>
            }
          >
            The shop asks you whether Mantis Sync may have access, and you say yes. For whoever
            manages the shop. The keys are made and handed over by themselves.
          </Way>
        ) : (
          <Way icon="slash" title="One click at the shop">
            Not possible here. {oneClick.reason}
          </Way>
        )}
        <Way
          icon="key"
          title="Keys by hand"
          button={
            <Button kind={oneClick.isPossible ? 'secondary' : 'primary'} onClick={props.onKeys}>
              {known ? 'Enter new keys' : 'Use keys'}
            </Button>
          }
        >
          Somebody makes a key in the shop’s settings and hands it to you. You paste it here, and it
          is tried before it is kept.
        </Way>
      </div>
    </>
  );
}

function Way(props: {
  icon: IconName;
  title: string;
  /** Without one it is no way. */
  button?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="flex flex-col gap-2 rounded-md border border-line-strong p-4">
      <h3 className="flex items-center gap-2 font-semibold">
        <Icon
          name={props.icon}
          className={`size-4 ${props.button ? 'text-accent' : 'text-muted'}`}
        />
        {props.title}
      </h3>
      <p className="flex-1 text-muted">{props.children}</p>
      {props.button && <div className="mt-1">{props.button}</div>}
    </section>
  );
}
