import type { ReactNode } from 'react';
import { Button } from './button.tsx';

/** Submits a form of settings, and says when they are saved. */
export function SaveButton(props: {
  save: { isPending: boolean; isSuccess: boolean };
  children?: ReactNode;
}) {
  const { save, children = 'Save' } = props;
  return (
    <div className="flex items-center gap-3">
      <Button type="submit" isBusy={save.isPending}>
        {children}
      </Button>
      {save.isSuccess && (
        <span role="status" className="text-muted">
          Saved
        </span>
      )}
    </div>
  );
}
