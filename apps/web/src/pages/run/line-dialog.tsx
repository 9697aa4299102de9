import { useQuery } from '@tanstack/react-query';
import { readApiError } from '../../api/api-error.ts';
import { InfoDialog } from '../../ui/dialog.tsx';
import { LineDetails } from './line-details.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { lineQuery } from '../../api/queries.ts';

/** One customer of a run in a dialog. */
export function LineDialog(props: {
  runId: string;
  position: number;
  storeId: string;
  storeUrl: string | undefined;
  onClose: () => void;
}) {
  const { data, error } = useQuery(lineQuery(props.runId, props.position));
  const id = data?.line.wooCustomerId ?? null;
  return (
    <InfoDialog
      title={id === null ? `Row ${props.position} of the list` : `Customer #${id}`}
      isWide
      onClose={props.onClose}
    >
      {data ? (
        <LineDetails detail={data} storeId={props.storeId} storeUrl={props.storeUrl} />
      ) : error ? (
        <ErrorNote error={readApiError(error)} />
      ) : (
        <div className="flex flex-col gap-3" aria-busy="true">
          <Skeleton className="h-6" />
          <Skeleton className="h-32" />
        </div>
      )}
    </InfoDialog>
  );
}
