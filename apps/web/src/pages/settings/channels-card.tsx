import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { queryClient, trpc, type Channel } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { CHANNEL_KINDS, TOPICS } from '../../words/notifications.ts';
import { Time } from '../../words/time.tsx';

const AddChannel = lazy(async () => ({ default: (await import('./add-channel.tsx')).AddChannel }));

/** The organisation's notification webhooks. */
export function ChannelsCard() {
  const { data: channels, error } = useQuery(trpc.notification.channels.queryOptions());
  const [isAdding, setIsAdding] = useState(false);
  return (
    <Card
      title="Notifications by webhook"
      help="channels"
      aside={
        <Button icon="plus" onClick={() => setIsAdding(true)}>
          Add webhook
        </Button>
      }
    >
      {error && (
        <div className="p-4">
          <ErrorNote error={readApiError(error)} />
        </div>
      )}
      {channels?.length === 0 && (
        <p className="px-4 py-4 text-muted sm:px-5">
          No webhooks yet. Add one to post problems to Slack or another service.
        </p>
      )}
      <Rows label="Notification webhooks">
        {channels?.map((channel) => (
          <ChannelRow key={channel.id} channel={channel} />
        ))}
      </Rows>
      <Suspense fallback={null}>
        {isAdding && <AddChannel onClose={() => setIsAdding(false)} />}
      </Suspense>
    </Card>
  );
}

function ChannelRow({ channel }: { channel: Channel }) {
  const channelId = channel.id;
  const finished = {
    onSettled: () => queryClient.invalidateQueries(trpc.notification.channels.queryFilter()),
  };
  const remove = useMutation(trpc.notification.removeChannel.mutationOptions(finished));
  const test = useMutation(trpc.notification.testChannel.mutationOptions(finished));
  const problem = remove.error ?? test.error;
  return (
    <Row
      title={channel.name}
      detail={
        <>
          {CHANNEL_KINDS[channel.kind]} at {channel.host} ·{' '}
          {channel.events.map((topic) => TOPICS[topic].toLowerCase()).join(', ')}
          <span className="block">
            {channel.lastSentAt ? (
              <>
                Last sent <Time at={channel.lastSentAt} />
              </>
            ) : (
              'Nothing sent yet'
            )}
            {channel.lastError !== null && (
              <span className="text-bad"> · Last attempt failed: {channel.lastError}</span>
            )}
          </span>
          {test.data && (
            <span role="status" className={`block ${test.data.ok ? 'text-accent' : 'text-bad'}`}>
              {test.data.message}
            </span>
          )}
          {problem && <ErrorNote error={readApiError(problem)} />}
        </>
      }
    >
      <Button
        isBusy={test.isPending}
        aria-label={`Send a test to ${channel.name}`}
        onClick={() => test.mutate({ channelId })}
      >
        Test
      </Button>
      <Button
        isBusy={remove.isPending}
        aria-label={`Remove ${channel.name}`}
        onClick={() => remove.mutate({ channelId })}
      >
        Remove
      </Button>
    </Row>
  );
}
