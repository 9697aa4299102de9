import { Button } from './button.tsx';

/** The last row of a list whose newest entries come first; renders nothing at its end. */
export function LoadOlder(props: {
  hasOlder: boolean;
  isLoading: boolean;
  onOlder: () => void;
  className?: string;
}) {
  if (!props.hasOlder) return null;
  return (
    <div className={`p-3 text-center ${props.className ?? ''}`}>
      <Button isBusy={props.isLoading} onClick={props.onOlder}>
        Load older
      </Button>
    </div>
  );
}
