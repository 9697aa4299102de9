import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { CopySecret } from '../../ui/copy-secret.tsx';
import { FormDialog, InfoDialog } from './dialogs.tsx';
import { RadioGroup, TextField } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { textOf } from '../../ui/text-of.ts';
import { Time } from '../../words/time.tsx';
import { ROLES, roleNames, wordOfRole, type Role } from '../../words/roles.ts';
import { queryClient, trpc, type SentInvitation } from '../../api/trpc.ts';

const renew = () => queryClient.invalidateQueries(trpc.member.pathFilter());

export function InvitationsCard() {
  const { data: invitations, error } = useQuery(trpc.member.invitations.queryOptions());
  const [isInviting, setIsInviting] = useState(false);
  const [sent, setSent] = useState<SentInvitation | null>(null);
  const resend = useMutation(
    trpc.member.resendInvitation.mutationOptions({ onSuccess: setSent, onSettled: renew }),
  );
  const cancel = useMutation(trpc.member.cancelInvitation.mutationOptions({ onSettled: renew }));
  const problem = error ?? cancel.error ?? resend.error;
  return (
    <Card
      title="Invitations"
      help="accounts"
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
              isBusy={resend.isPending && resend.variables.invitationId === id}
              aria-label={`New link for ${email}`}
              onClick={() => resend.mutate({ invitationId: id })}
            >
              New link
            </Button>
            <Button
              isBusy={cancel.isPending && cancel.variables.invitationId === id}
              aria-label={`Cancel invitation of ${email}`}
              onClick={() => cancel.mutate({ invitationId: id })}
            >
              Cancel invitation
            </Button>
          </Row>
        ))}
      </Rows>
      {isInviting && (
        <Invite
          onClose={() => setIsInviting(false)}
          onSent={(invitation) => {
            setIsInviting(false);
            setSent(invitation);
          }}
        />
      )}
      {sent && <Sent invitation={sent} onClose={() => setSent(null)} />}
    </Card>
  );
}

/** Shows whether the link was sent by email, or must be copied. */
function Sent({ invitation, onClose }: { invitation: SentInvitation; onClose: () => void }) {
  const { email, link } = invitation;
  return (
    <InfoDialog title={link === null ? 'Invitation sent' : 'Copy the link now'} onClose={onClose}>
      {link === null ? (
        <p className="-mt-2 text-muted">
          An email with a link is on its way to {email}. The link is valid for a week.
        </p>
      ) : (
        <>
          <p className="-mt-2 text-muted">
            This installation cannot send email. Copy the link and send it to {email} yourself:
            anyone who opens it can join. It is valid for a week and shown only once.
          </p>
          <CopySecret value={link} />
        </>
      )}
    </InfoDialog>
  );
}

function Invite({
  onClose,
  onSent,
}: {
  onClose: () => void;
  onSent: (invitation: SentInvitation) => void;
}) {
  const invite = useMutation(
    trpc.member.invite.mutationOptions({
      async onSuccess(invitation) {
        await renew();
        onSent(invitation);
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
      <RadioGroup
        label="Role"
        name="role"
        chosen="operator"
        choices={roleNames.map((role) => ({
          value: role,
          label: ROLES[role].word,
          hint: ROLES[role].may,
        }))}
      />
    </FormDialog>
  );
}
