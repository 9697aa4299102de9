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

/** Keys created by hand; they are tested on the store before the next step. */
export function KeysForm(props: {
  storeUrl: string;
  /** As entered earlier. */
  keys: Keys | null;
  /** The result of the last test. */
  result: Diagnosis | null;
  error: ApiError | null;
  isBusy: boolean;
  onTry: (keys: Keys) => void;
  onChange: () => void;
  onContinue: () => void;
  onBack: () => void;
}) {
  const { result, isBusy } = props;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (result?.isHealthy) return props.onContinue();
    const form = new FormData(event.currentTarget);
    props.onTry({
      consumerKey: textOf(form, 'consumerKey'),
      consumerSecret: textOf(form, 'consumerSecret'),
    });
  };
  return (
    <form onSubmit={submit} onInput={props.onChange} className="flex flex-col gap-4">
      <p>
        Create a key{' '}
        <a
          href={`${props.storeUrl}/wp-admin/admin.php?page=wc-settings&tab=advanced&section=keys&create-key=1`}
          target="_blank"
          rel="noreferrer"
          className="inline-flex items-center gap-1 font-medium text-accent underline underline-offset-2"
        >
          in the store’s settings
          <Icon name="external" className="size-3" />
        </a>{' '}
        (WooCommerce → Settings → Advanced → REST API) for a user who can manage the store. Read
        access is enough; Read/Write also lets Mantis Sync create webhooks, which report changes at
        once.
      </p>
      <KeyFields isRequired keys={props.keys} />
      {isBusy && (
        <p role="status" className="text-muted">
          Testing the keys: sign-in, a page of customers, permissions, clock and speed…
        </p>
      )}
      {!isBusy && result && <KeyResult result={result} />}
      {!isBusy && props.error && <ErrorNote error={props.error} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="primary" isBusy={isBusy}>
          {isBusy ? 'Testing keys…' : result?.isHealthy ? 'Continue' : 'Test keys'}
        </Button>
        <Button kind="quiet" onClick={props.onBack}>
          Back
        </Button>
      </div>
    </form>
  );
}

/** A summary, then the details. */
function KeyResult({ result: { isHealthy, findings } }: { result: Diagnosis }) {
  return (
    <div role="status" className="flex flex-col gap-3">
      <p
        className={`flex items-center gap-2 rounded-md px-3.5 py-2.5 font-semibold ${isHealthy ? 'bg-accent-soft text-accent' : 'bg-bad-soft text-bad'}`}
      >
        <Icon name={isHealthy ? 'check' : 'cross'} />
        {isHealthy ? 'These keys work.' : 'These keys do not work.'}
      </p>
      {/* Findings about the address were shown in the previous step. */}
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
