import { Button } from './button.tsx';

/** The end of a list that is not loaded completely; in print it says so. Renders nothing once it is. */
export function LoadMore(props: {
  hasMore: boolean;
  isLoading: boolean;
  onMore: () => void;
  label?: 'Load more' | 'Load older';
  /** How much of the list is shown, if that is known. */
  note?: string;
  className?: string;
}) {
  const { label = 'Load more', note, className = '' } = props;
  if (!props.hasMore) return null;
  return (
    <div className={`flex flex-col items-center gap-2 p-3 text-center ${className}`}>
      {note && <p className="text-sm text-muted">{note}</p>}
      <p className="hidden text-sm text-muted print:block">
        The rest was not loaded, so it is not printed.
      </p>
      <Button isBusy={props.isLoading} onClick={props.onMore}>
        {label}
      </Button>
    </div>
  );
}
