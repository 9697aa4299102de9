import { useMutation, useQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { queryClient, trpc } from '../../api/trpc.ts';
import { Card } from '../../ui/card.tsx';
import { TextArea } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { SaveButton } from '../../ui/save-button.tsx';
import { textOf } from '../../ui/text-of.ts';

/** Meta data keys that plugins change on every visit: a change of them alone is ignored. */
export function VolatileMetaCard({ isOwner }: { isOwner: boolean }) {
  const settings = trpc.organisation.settings.queryOptions();
  const { data, error } = useQuery(settings);
  const set = useMutation(
    trpc.organisation.setVolatileMetaKeys.mutationOptions({
      onSuccess: (next) => queryClient.setQueryData(settings.queryKey, next),
    }),
  );
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const keys = textOf(new FormData(event.currentTarget), 'keys').split(/\s+/);
    set.mutate({ volatileMetaKeys: keys.filter((key) => key !== '') });
  }
  const problem = error ?? set.error;
  return (
    <Card title="Ignored meta data">
      <form onSubmit={submit} className="flex flex-col gap-4 p-4 sm:p-5">
        {data && (
          <TextArea
            label="Meta keys"
            name="keys"
            disabled={!isOwner}
            spellCheck={false}
            defaultValue={data.volatileMetaKeys.join('\n')}
            hint="One per line; * at the end matches any ending. If nothing else about a customer changes, the customer counts as unchanged. Logins, sessions and saved carts are always ignored."
          />
        )}
        {problem && <ErrorNote error={readApiError(problem)} />}
        {isOwner && data && <SaveButton save={set} />}
      </form>
    </Card>
  );
}
