import { useMutation } from '@tanstack/react-query';
import { readApiError } from '../../api/api-error.ts';
import { queryClient, trpc, type Channel } from '../../api/trpc.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { CheckField, ChoiceField, TextField } from '../../ui/fields.tsx';
import { textOf } from '../../ui/text-of.ts';
import { CHANNEL_KINDS, topicNames, TOPICS } from '../../words/notifications.ts';

/** Adds a notification webhook. */
export function AddChannel({ onClose }: { onClose: () => void }) {
  const add = useMutation(
    trpc.notification.addChannel.mutationOptions({
      async onSuccess() {
        await queryClient.invalidateQueries(trpc.notification.channels.queryFilter());
        onClose();
      },
    }),
  );
  return (
    <FormDialog
      title="Add a notification webhook"
      submitLabel="Add webhook"
      error={add.error && readApiError(add.error)}
      isBusy={add.isPending}
      onClose={onClose}
      onSubmit={(form) =>
        add.mutate({
          kind: textOf(form, 'kind') as Channel['kind'],
          name: textOf(form, 'name'),
          url: textOf(form, 'url'),
          events: topicNames.filter((topic) => form.has(topic)),
        })
      }
    >
      <TextField label="Name" name="name" required maxLength={100} />
      <ChoiceField
        label="Format"
        name="kind"
        chosen="slack"
        choices={Object.entries(CHANNEL_KINDS).map(([value, label]) => ({ value, label }))}
      />
      <TextField
        label="URL"
        name="url"
        type="url"
        required
        maxLength={2_000}
        autoComplete="off"
        spellCheck={false}
        hint="It is stored encrypted and never shown again."
      />
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1.5 font-medium">Send a message when</legend>
        {topicNames.map((topic) => (
          <CheckField key={topic} label={TOPICS[topic]} name={topic} isChecked />
        ))}
      </fieldset>
    </FormDialog>
  );
}
