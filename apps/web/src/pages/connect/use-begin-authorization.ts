import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { trpc } from '../../api/trpc.ts';

/** Starts an authorization: opens the store's approval page, which redirects back. */
export function useBeginAuthorization() {
  const onSuccess = useOpenApproval();
  return useMutation(trpc.store.beginAuthorization.mutationOptions({ onSuccess }));
}

/** Starts one again, with the same choices. */
export function useRepeatAuthorization() {
  const onSuccess = useOpenApproval();
  return useMutation(trpc.store.repeatAuthorization.mutationOptions({ onSuccess }));
}

function useOpenApproval() {
  const navigate = useNavigate();
  return async (begun: { authorizationId: string; authorizeUrl: string }) => {
    // Browser history then returns to the authorization, not to the settings step.
    await navigate({ to: '/connect', search: { grant: begun.authorizationId } });
    location.assign(begun.authorizeUrl);
  };
}
