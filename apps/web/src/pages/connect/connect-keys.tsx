import type { FormEvent } from 'react';
import type { ApiError } from '../../api/api-error.ts';
import type { Diagnosis } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { KeyFields } from './key-fields.tsx';
import { Findings } from './findings.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { textOf } from '../../ui/text-of.ts';

export interface Keys {
  consumerKey: string;
  consumerSecret: string;
}

/** Keys that were made by hand: typed, tried on the shop, and only then gone on with. */
export function KeysForm(props: {
  storeUrl: string;
  /** As they were typed before. */
  keys: Keys | null;
  /** What came of the last try. */
  verdict: Diagnosis | null;
  error: ApiError | null;
  isBusy: boolean;
  onTry: (keys: Keys) => void;
  onChange: () => void;
  onContinue: () => void;
  onBack: () => void;
}) {
  const { verdict, isBusy } = props;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (verdict?.isHealthy) return props.onContinue();
    const form = new FormData(event.currentTarget);
    props.onTry({
      consumerKey: textOf(form, 'consumerKey'),
      consumerSecret: textOf(form, 'consumerSecret'),
    });
  };
  return (
    <form onSubmit={submit} onInput={props.onChange} className="flex flex-col gap-4">
      <p>
        Make a key{' '}
        <a
          href={`${props.storeUrl}/wp-admin/admin.php?page=wc-settings&tab=advanced&section=keys&create-key=1`}
          target="_blank"
          rel="noreferrer"
          className="inline-flex items-center gap-1 font-medium text-accent underline underline-offset-2"
        >
          in the shop’s settings
          <Icon name="external" className="size-3" />
        </a>{' '}
        (WooCommerce → Settings → Advanced → REST API) for a user who may manage the shop. Read is
        enough; Read/Write brings changes at once, by webhooks.
      </p>
      <KeyFields isRequired keys={props.keys} />
      {isBusy && (
        <p role="status" className="text-muted">
          Trying the keys on the shop: signing in, a page of customers, rights, clock and pace…
        </p>
      )}
      {!isBusy && verdict && <Verdict verdict={verdict} />}
      {!isBusy && props.error && <ErrorNote error={props.error} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="primary" isBusy={isBusy}>
          {isBusy ? 'Trying the keys…' : verdict?.isHealthy ? 'Continue' : 'Try the keys'}
        </Button>
        <Button kind="quiet" onClick={props.onBack}>
          Another way
        </Button>
      </div>
    </form>
  );
}

/** In one sentence first, then why. */
function Verdict({ verdict: { isHealthy, findings } }: { verdict: Diagnosis }) {
  return (
    <div role="status" className="flex flex-col gap-3">
      <p
        className={`flex items-center gap-2 rounded-md px-3.5 py-2.5 font-semibold ${isHealthy ? 'bg-accent-soft text-accent' : 'bg-bad-soft text-bad'}`}
      >
        <Icon name={isHealthy ? 'check' : 'cross'} />
        {isHealthy ? 'These keys work.' : 'These keys do not work.'}
      </p>
      {/* What the address alone told was said one step before. */}
      <Findings
        findings={
          isHealthy
            ? findings.filter(({ check }) => check !== 'address' && check !== 'api')
            : findings
        }
      />
    </div>
  );
}
