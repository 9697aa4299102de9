import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { trpc } from '../../api/trpc.ts';

/** Starts an authorization: opens the store's approval page, which redirects back. */
export function useBeginAuthorization() {
  const navigate = useNavigate();
  return useMutation(
    trpc.store.beginAuthorization.mutationOptions({
      async onSuccess({ authorizationId, authorizeUrl }) {
        // Browser history then returns to the authorization, not to the settings step.
        await navigate({ to: '/connect', search: { grant: authorizationId } });
        location.assign(authorizeUrl);
      },
    }),
  );
}
