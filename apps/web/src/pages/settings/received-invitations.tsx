import { useMutation, useQuery } from '@tanstack/react-query';
import { readApiError } from '../../api/api-error.ts';
import { client, trpc } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Time } from '../../words/time.tsx';

/** Open invitations to the user's address; renders nothing if there are none. */
export function ReceivedInvitations() {
  const { data: invitations = [] } = useQuery(trpc.account.invitations.queryOptions());
  const accept = useMutation({
    async mutationFn(invitationId: string) {
      const { id } = await client.account.acceptInvitation.mutate({ invitationId });
      await client.account.switchOrganisation.mutate({ organisationId: id });
    },
    onSuccess: () => location.assign('/'),
  });
  if (invitations.length === 0) return null;
  return (
    <Card title="You have been invited">
      {accept.error && (
        <div className="p-4">
          <ErrorNote error={readApiError(accept.error)} />
        </div>
      )}
      <Rows label="Received invitations">
        {invitations.map(({ id, organisation, role, expiresAt }) => (
          <Row
            key={id}
            title={organisation}
            detail={
              <>
                As {role}, expires <Time at={expiresAt} />
              </>
            }
          >
            <Button
              kind="primary"
              aria-label={`Join ${organisation}`}
              isBusy={accept.isPending && accept.variables === id}
              onClick={() => accept.mutate(id)}
            >
              Join
            </Button>
          </Row>
        ))}
      </Rows>
    </Card>
  );
}
