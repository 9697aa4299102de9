import { useMutation, useQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { Card } from '../../ui/card.tsx';
import { TextField } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { SaveButton } from '../../ui/save-button.tsx';
import { textOf } from '../../ui/text-of.ts';
import { queryClient, trpc } from '../../api/trpc.ts';

/** How long finished runs and their history are kept. */
export function RetentionCard({ isOwner }: { isOwner: boolean }) {
  const { data, error } = useQuery(trpc.organisation.settings.queryOptions());
  const set = useMutation(
    trpc.organisation.setRetention.mutationOptions({
      onSuccess: (settings) =>
        queryClient.setQueryData(trpc.organisation.settings.queryKey(), settings),
    }),
  );
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const days = textOf(new FormData(event.currentTarget), 'days');
    set.mutate({ retentionDays: Number(days) });
  }
  const problem = error ?? set.error;
  return (
    <Card title="Retention" help="retention">
      <form onSubmit={submit} className="flex flex-col gap-4 p-4 sm:p-5">
        {data && (
          <TextField
            key={data.retentionDays}
            label="Keep finished runs, history and deliveries for (days)"
            name="days"
            type="number"
            min={1}
            max={3650}
            required
            disabled={!isOwner}
            defaultValue={data.retentionDays}
            hint={`Customers are kept as long as their store is connected.${isOwner ? '' : ' Only owners can change this.'}`}
          />
        )}
        {problem && <ErrorNote error={readApiError(problem)} />}
        {isOwner && data && <SaveButton save={set} />}
      </form>
    </Card>
  );
}
