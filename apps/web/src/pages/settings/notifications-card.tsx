import { useMutation, useQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { queryClient, trpc, type MyNotifications } from '../../api/trpc.ts';
import { Card } from '../../ui/card.tsx';
import { CheckField } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { SaveButton } from '../../ui/save-button.tsx';
import { topicNames, TOPICS } from '../../words/notifications.ts';

/** The user's email notifications. */
export function NotificationsCard() {
  const mine = trpc.notification.mine.queryOptions();
  const { data, error } = useQuery(mine);
  const set = useMutation(
    trpc.notification.setMine.mutationOptions({
      onSuccess: (saved) => queryClient.setQueryData(mine.queryKey, saved),
    }),
  );
  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    set.mutate({ email: form.has('email'), events: topicNames.filter((topic) => form.has(topic)) });
  }
  const problem = error ?? set.error;
  return (
    <Card title="Notifications by email" help="notifications">
      <form onSubmit={submit} className="flex flex-col gap-3 p-4 sm:p-5">
        {data && <Choices mine={data} />}
        {problem && <ErrorNote error={readApiError(problem)} />}
        {data && <SaveButton save={set}>Save notifications</SaveButton>}
      </form>
    </Card>
  );
}

function Choices({ mine }: { mine: MyNotifications }) {
  return (
    <>
      {!mine.canSend && (
        <p className="rounded-md bg-wait-soft px-3.5 py-2.5">
          This installation cannot send email. Ask its operator to configure a mail server.
        </p>
      )}
      <CheckField
        label="Email me"
        name="email"
        isChecked={mine.email}
        hint="One message for related problems, and one when they are resolved."
      />
      <fieldset className="flex flex-col gap-2 pl-6.5">
        <legend className="sr-only">About</legend>
        {topicNames.map((topic) => (
          <CheckField
            key={topic}
            label={TOPICS[topic]}
            name={topic}
            isChecked={mine.events.includes(topic)}
          />
        ))}
      </fieldset>
    </>
  );
}
