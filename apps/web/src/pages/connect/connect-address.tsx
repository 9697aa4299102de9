import type { FormEvent } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { textOf } from '../../ui/text-of.ts';

/** The address of the store. */
export function AddressForm(props: {
  address: string;
  isBusy: boolean;
  onSubmit: (address: string) => void;
}) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    props.onSubmit(textOf(new FormData(event.currentTarget), 'address'));
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 sm:flex-row sm:items-start">
      <div className="min-w-0 flex-1">
        <TextField
          key={props.address}
          label="Store address"
          name="address"
          required
          autoFocus
          maxLength={2_000}
          inputMode="url"
          autoComplete="url"
          autoCapitalize="off"
          spellCheck={false}
          placeholder="shop.example.com"
          defaultValue={props.address}
          hint="As you open it in a browser. Any page of the store works."
        />
      </div>
      <Button type="submit" kind="primary" isBusy={props.isBusy} className="h-10! sm:mt-7">
        {props.isBusy ? 'Checking…' : 'Check address'}
      </Button>
    </form>
  );
}

/** While the store is being probed, which can take some time. */
export function Looking({ host }: { host: string }) {
  return (
    <div role="status" aria-busy="true" className="flex flex-col gap-3">
      <p>
        Checking whether <span className="font-medium wrap-anywhere">{host}</span> responds, is a
        WooCommerce store and allows API access. Nothing is changed.
      </p>
      <Skeleton className="h-5 w-4/5" />
      <Skeleton className="h-5 w-3/5" />
      <Skeleton className="h-5 w-2/3" />
    </div>
  );
}
