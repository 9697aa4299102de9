import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { FormDialog } from '../../ui/dialog.tsx';
import { ChoiceField, TextField } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { Row, Rows, RowsSkeleton } from '../../ui/rows.tsx';
import { textOf } from '../../ui/text-of.ts';
import { Time } from '../../words/time.tsx';
import { ROLES, roleNames, wordOfRole, type Role } from '../../words/roles.ts';
import { queryClient, trpc } from '../../api/trpc.ts';

const renew = () => queryClient.invalidateQueries(trpc.member.pathFilter());

export function InvitationsCard() {
  const { data: invitations, error } = useQuery(trpc.member.invitations.queryOptions());
  const [isInviting, setIsInviting] = useState(false);
  const cancel = useMutation(trpc.member.cancelInvitation.mutationOptions({ onSettled: renew }));
  const problem = error ?? cancel.error;
  return (
    <Card
      title="Invitations"
      aside={
        <Button icon="plus" onClick={() => setIsInviting(true)}>
          Invite
        </Button>
      }
    >
      {problem && (
        <div className="p-4">
          <ErrorNote error={readApiError(problem)} />
        </div>
      )}
      {!invitations && !error && <RowsSkeleton />}
      {invitations?.length === 0 && (
        <p className="px-4 py-4 text-muted sm:px-5">No pending invitations.</p>
      )}
      <Rows label="Invitations">
        {invitations?.map(({ id, email, role, expiresAt }) => (
          <Row
            key={id}
            title={email}
            detail={
              <>
                {wordOfRole(role)}, expires <Time at={expiresAt} />
              </>
            }
          >
            <Button
              isBusy={cancel.isPending && cancel.variables.invitationId === id}
              aria-label={`Cancel the invitation of ${email}`}
              onClick={() => cancel.mutate({ invitationId: id })}
            >
              Cancel invitation
            </Button>
          </Row>
        ))}
      </Rows>
      {isInviting && <Invite onClose={() => setIsInviting(false)} />}
    </Card>
  );
}

function Invite({ onClose }: { onClose: () => void }) {
  const invite = useMutation(
    trpc.member.invite.mutationOptions({
      async onSuccess() {
        await renew();
        onClose();
      },
    }),
  );
  return (
    <FormDialog
      title="Invite someone"
      submitLabel="Send invitation"
      error={invite.error && readApiError(invite.error)}
      isBusy={invite.isPending}
      onClose={onClose}
      onSubmit={(form) =>
        invite.mutate({ email: textOf(form, 'email'), role: textOf(form, 'role') as Role })
      }
    >
      <TextField label="Email" name="email" type="email" required maxLength={254} />
      <ChoiceField
        label="Role"
        name="role"
        chosen="operator"
        choices={roleNames.map((role) => ({
          value: role,
          label: `${ROLES[role].word}: ${ROLES[role].may}`,
        }))}
      />
    </FormDialog>
  );
}
