import type { ReactNode } from 'react';
import type { Probe } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';

/** The two ways to get keys; the first is preferred if available. */
export function AccessChoice(props: {
  oneClick: NonNullable<Probe['oneClick']>;
  /** The store that is already connected at this address. */
  known: Probe['known'];
  isBusy: boolean;
  onApproval: () => void;
  onKeys: () => void;
}) {
  const { oneClick, known } = props;
  return (
    <>
      {known && (
        <p className="rounded-md bg-sunken px-3.5 py-2.5">
          This store is already connected as <span className="font-medium">{known.name}</span>. You
          can replace its keys; its customers, runs and settings stay.
        </p>
      )}
      <div className="grid gap-3 md:grid-cols-2">
        {oneClick.isPossible ? (
          <Way
            icon="check"
            title="Approve in WooCommerce"
            button={
              <Button
                kind="primary"
                {...(known && { icon: 'external' })}
                isBusy={props.isBusy}
                onClick={props.onApproval}
              >
                {known ? 'Get new keys from the store' : 'Approve in WooCommerce'}
              </Button>
            }
          >
            WooCommerce asks whether Mantis Sync may have access, and you approve. The keys are
            created and sent automatically. You need to be able to manage the store.
          </Way>
        ) : (
          <Way icon="slash" title="Approve in WooCommerce">
            Not available for this store. {oneClick.reason}
          </Way>
        )}
        <Way
          icon="key"
          title="Enter API keys"
          button={
            <Button kind={oneClick.isPossible ? 'secondary' : 'primary'} onClick={props.onKeys}>
              {known ? 'Enter new keys' : 'Enter keys'}
            </Button>
          }
        >
          Someone who manages the store creates an API key in WooCommerce. Paste it here; it is
          tested before it is saved.
        </Way>
      </div>
    </>
  );
}

function Way(props: {
  icon: IconName;
  title: string;
  /** Missing if this way is not available. */
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
