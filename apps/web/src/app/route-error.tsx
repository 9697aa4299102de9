import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { readApiError } from '../api/api-error.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNote } from '../ui/notes.tsx';

/** Shown if a page cannot be loaded, usually because the API is unavailable. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <main className="mx-auto max-w-2xl px-4 py-16">
      <ErrorNote error={readApiError(error)} action={<Button onClick={retry}>Try again</Button>} />
    </main>
  );
}
