import { Link } from '@tanstack/react-router';
import { EmptyState } from './notes.tsx';

export function NothingHere() {
  return (
    <div className="mx-auto max-w-2xl px-4 py-16">
      <EmptyState
        isPage
        icon="slash"
        title="There is nothing at this address"
        action={
          <Link to="/stores" className="font-medium text-accent underline underline-offset-2">
            Go to the stores
          </Link>
        }
      >
        A run may have been removed: they are kept for a while after they end.
      </EmptyState>
    </div>
  );
}
