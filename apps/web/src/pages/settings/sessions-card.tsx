import { useMutation, useQuery } from '@tanstack/react-query';
import { readApiError } from '../../api/api-error.ts';
import { describeBrowser } from '../../words/describe-browser.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Time } from '../../words/time.tsx';
import { queryClient, trpc } from '../../api/trpc.ts';

/** The user's sessions. */
export function SessionsCard() {
  const { data: sessions, error } = useQuery(trpc.account.sessions.queryOptions());
  const outcome = {
    onSettled: () => queryClient.invalidateQueries(trpc.account.sessions.queryFilter()),
  };
  const revoke = useMutation(trpc.account.revokeSession.mutationOptions(outcome));
  const revokeOthers = useMutation(trpc.account.revokeOtherSessions.mutationOptions(outcome));
  const problem = error ?? revoke.error ?? revokeOthers.error;
  return (
    <Card
      title="Sessions"
      help="accounts"
      aside={
        sessions &&
        sessions.length > 1 && (
          <Button isBusy={revokeOthers.isPending} onClick={() => revokeOthers.mutate()}>
            Sign out of other sessions
          </Button>
        )
      }
    >
      {problem && (
        <div className="p-4">
          <ErrorNote error={readApiError(problem)} />
        </div>
      )}
      <Rows label="Sessions">
        {sessions?.map(({ id, isCurrent, userAgent, createdAt }) => (
          <Row
            key={id}
            title={describeBrowser(userAgent)}
            detail={
              <>
                Signed in <Time at={createdAt} />
              </>
            }
          >
            {isCurrent ? (
              <span className="text-muted">This session</span>
            ) : (
              <Button
                isBusy={revoke.isPending && revoke.variables.sessionId === id}
                onClick={() => revoke.mutate({ sessionId: id })}
              >
                Sign out
              </Button>
            )}
          </Row>
        ))}
      </Rows>
    </Card>
  );
}
