import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { buttonLook } from '../../ui/button.tsx';
import { AuthorizationState } from './authorization-state.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { Step, Steps } from '../../ui/steps.tsx';
import { describeChoices, hostOf, searchOf } from './connect-choices.ts';
import { authorizationQuery, storesQuery } from '../../api/queries.ts';
import { queryClient, trpc, type Authorization } from '../../api/trpc.ts';
import { FirstSync } from './first-sync.tsx';
import { useRepeatAuthorization } from './use-begin-authorization.ts';

/** An authorization; the store redirects here, and the page can be reloaded. */
export function AuthorizationById({ authorizationId }: { authorizationId: string }) {
  const { data: authorization, error } = useQuery(authorizationQuery(authorizationId));
  if (authorization) return <AuthorizationSteps authorization={authorization} />;
  if (!error) return <PageSkeleton />;
  return (
    <ErrorNote
      error={readApiError(error)}
      action={
        <Link to="/connect" className={buttonLook()}>
          Start again
        </Link>
      }
    />
  );
}

function AuthorizationSteps({ authorization }: { authorization: Authorization }) {
  const repeat = useRepeatAuthorization();
  const cancel = useCancel(authorization);
  const { data: stores } = useQuery(storesQuery());
  // A store that was already connected only gets new keys.
  const isKnown = stores?.some(
    ({ url, lastRun }) =>
      url === authorization.url && (authorization.storeId === null || lastRun !== null),
  );
  const navigate = useNavigate();
  const leadTo = (search: ReturnType<typeof searchOf>) =>
    void navigate({ to: '/connect', search: { ...searchOf(authorization), ...search } });
  const toSettings = () => leadTo({ by: 'approval', step: 'settings' });
  const problem = repeat.error ?? cancel.error;
  return (
    <Steps>
      <Step number={1} title="Address" state="done" summary={hostOf(authorization.url)} />
      <Step number={2} title="Access" state="done" summary="Approve in WooCommerce" />
      <Step
        number={3}
        title="Settings"
        state="done"
        summary={isKnown ? 'Unchanged' : describeChoices(authorization)}
      />
      <Step number={4} title="Connect" state="current">
        {authorization.storeId !== null ? (
          <FirstSync storeId={authorization.storeId} />
        ) : (
          <AuthorizationState
            authorization={authorization}
            isBusy={repeat.isPending || cancel.isPending}
            onAgain={() => repeat.mutate({ authorizationId: authorization.id })}
            onGiveUp={() =>
              cancel.mutate(
                { authorizationId: authorization.id },
                { onSuccess: ({ state }) => state === 'refused' && toSettings() },
              )
            }
            onKeys={() => leadTo({ by: 'keys' })}
            onSettings={toSettings}
          />
        )}
        {problem && <ErrorNote error={readApiError(problem)} />}
      </Step>
    </Steps>
  );
}

/** Cancels the authorization; automatically if the store's owner denied it. */
function useCancel(authorization: Authorization) {
  const { success } = useSearch({ from: '/shell/connect' });
  const cancel = useMutation(
    trpc.store.cancelAuthorization.mutationOptions({
      onSuccess: (given) =>
        queryClient.setQueryData(
          trpc.store.authorization.queryKey({ authorizationId: given.id }),
          given,
        ),
    }),
  );
  const { mutate, isIdle } = cancel;
  const isDenied = success === 0 && authorization.state === 'waiting' && isIdle;
  useEffect(() => {
    if (isDenied) mutate({ authorizationId: authorization.id });
  }, [isDenied, mutate, authorization.id]);
  return cancel;
}
