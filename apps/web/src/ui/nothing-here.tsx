import { Link } from '@tanstack/react-router';
import { EmptyState } from './notes.tsx';

/** The page for unknown addresses. */
export function NothingHere() {
  return (
    <div className="mx-auto max-w-2xl px-4 py-16">
      <EmptyState
        isPage
        icon="slash"
        title="Page not found"
        action={
          <Link to="/stores" className="font-medium text-accent underline underline-offset-2">
            Go to stores
          </Link>
        }
      >
        Check the address. Stores that were removed, and runs older than the retention period, no
        longer have a page.
      </EmptyState>
    </div>
  );
}
