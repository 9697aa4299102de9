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
import { queryClient, trpc, type Grant } from '../../api/trpc.ts';
import { FirstSync } from './first-sync.tsx';
import { useBeginAuthorization } from './use-begin-authorization.ts';

/** An authorization; the store redirects here, and the page can be reloaded. */
export function ShopAnswer({ authorizationId }: { authorizationId: string }) {
  const { data: grant, error } = useQuery(authorizationQuery(authorizationId));
  if (grant) return <AnswerSteps grant={grant} />;
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

function AnswerSteps({ grant }: { grant: Grant }) {
  const begin = useBeginAuthorization();
  const cancel = useCancel(grant);
  const { data: stores } = useQuery(storesQuery());
  // A store that was already connected only gets new keys.
  const isKnown = stores?.some(
    ({ url, lastRun }) => url === grant.url && (grant.storeId === null || lastRun !== null),
  );
  const navigate = useNavigate();
  const leadTo = (search: ReturnType<typeof searchOf>) =>
    void navigate({ to: '/connect', search: { ...searchOf(grant), ...search } });
  const toSettings = () => leadTo({ by: 'shop', step: 'settings' });
  const problem = begin.error ?? cancel.error;
  return (
    <Steps>
      <Step number={1} title="Address" state="done" summary={hostOf(grant.url)} />
      <Step number={2} title="Access" state="done" summary="Approve in WooCommerce" />
      <Step
        number={3}
        title="Settings"
        state="done"
        summary={isKnown ? 'Unchanged' : describeChoices(grant)}
      />
      <Step number={4} title="Connect" state="current">
        {grant.storeId !== null ? (
          <FirstSync storeId={grant.storeId} />
        ) : (
          <AuthorizationState
            grant={grant}
            isBusy={begin.isPending || cancel.isPending}
            onAgain={() => begin.mutate(choicesOfAuthorization(grant))}
            onGiveUp={() =>
              cancel.mutate(
                { authorizationId: grant.id },
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
function useCancel(grant: Grant) {
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
  const isDenied = success === 0 && grant.state === 'waiting' && isIdle;
  useEffect(() => {
    if (isDenied) mutate({ authorizationId: grant.id });
  }, [isDenied, mutate, grant.id]);
  return cancel;
}

function choicesOfAuthorization({ url, name, settings, timeZone, schedules, scope }: Grant) {
  return { url, name, settings, timeZone, schedules, scope };
}
