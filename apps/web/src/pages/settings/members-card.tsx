import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ConfirmDialog } from './dialogs.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { ROLES, roleNames, wordOfRole, type Role } from '../../words/roles.ts';
import { queryClient, trpc, type Member } from '../../api/trpc.ts';

export function MembersCard({ isOwner, userId }: { isOwner: boolean; userId: string }) {
  const { data: members, error } = useQuery(trpc.member.list.queryOptions());
  const [leaving, setLeaving] = useState<Member | null>(null);
  const changeRole = useMutation(
    trpc.member.changeRole.mutationOptions({
      // Reloads the list, even if the change was rejected.
      onSettled: () => queryClient.invalidateQueries(trpc.member.pathFilter()),
    }),
  );
  const problem = error ?? changeRole.error;
  return (
    <Card title="Members" help="roles">
      {problem && (
        <div className="p-4">
          <ErrorNote error={readApiError(problem)} />
        </div>
      )}
      <Rows label="Members">
        {members?.map((member) => (
          <Row
            key={member.id}
            title={member.userId === userId ? `${member.name} (you)` : member.name}
            detail={member.email}
          >
            {isOwner && member.userId !== userId ? (
              <>
                <RoleSelect
                  member={member}
                  isBusy={changeRole.isPending}
                  onRole={(role) => changeRole.mutate({ memberId: member.id, role })}
                />
                <Button
                  kind="quiet"
                  icon="close"
                  aria-label={`Remove ${member.name}`}
                  title="Remove"
                  onClick={() => setLeaving(member)}
                />
              </>
            ) : (
              <span className="text-muted">{wordOfRole(member.role)}</span>
            )}
          </Row>
        ))}
      </Rows>
      {leaving && <RemoveMember member={leaving} onClose={() => setLeaving(null)} />}
    </Card>
  );
}

function RoleSelect(props: { member: Member; isBusy: boolean; onRole: (role: Role) => void }) {
  return (
    <select
      aria-label={`Role of ${props.member.name}`}
      value={props.member.role}
      disabled={props.isBusy}
      onChange={(event) => props.onRole(event.currentTarget.value as Role)}
      className="h-9 rounded-md border border-line-strong bg-surface pr-8 pl-3"
    >
      {roleNames.map((role) => (
        <option key={role} value={role}>
          {ROLES[role].word}
        </option>
      ))}
    </select>
  );
}

function RemoveMember({ member, onClose }: { member: Member; onClose: () => void }) {
  const remove = useMutation(
    trpc.member.remove.mutationOptions({
      async onSuccess() {
        await queryClient.invalidateQueries(trpc.member.pathFilter());
        onClose();
      },
    }),
  );
  return (
    <ConfirmDialog
      title={`Remove ${member.name}?`}
      plan={[`${member.email} loses access immediately.`, 'The audit log keeps what they did.']}
      kind="danger"
      submitLabel="Remove"
      error={remove.error && readApiError(remove.error)}
      isBusy={remove.isPending}
      onClose={onClose}
      onSubmit={() => remove.mutate({ memberId: member.id })}
    />
  );
}
