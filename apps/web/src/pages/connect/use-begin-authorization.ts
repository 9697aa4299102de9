import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { trpc } from '../../api/trpc.ts';

/** Asks the shop for its keys: leads to its page, from which one comes back to the grant's. */
export function useBeginAuthorization() {
  const navigate = useNavigate();
  return useMutation(
    trpc.store.beginAuthorization.mutationOptions({
      async onSuccess({ authorizationId, authorizeUrl }) {
        // Whoever goes back from the shop by hand finds what they began, not its settings.
        await navigate({ to: '/connect', search: { grant: authorizationId } });
        location.assign(authorizeUrl);
      },
    }),
  );
}
