import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { InfoDialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { ScheduleForm, type TimeTable } from './schedule-form.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { queryClient, trpc, type Schedule, type Store } from '../../api/trpc.ts';

const kinds: Schedule['kind'][] = ['delta', 'reconcile', 'full'];

/** When runs of a store start by themselves. */
export function SchedulesDialog({ store, onClose }: { store: Store; onClose: () => void }) {
  const { data, error } = useQuery(trpc.schedule.list.queryOptions({ storeId: store.id }));
  return (
    <InfoDialog title={`Schedules of ${store.name}`} onClose={onClose}>
      {error && <ErrorNote error={readApiError(error)} />}
      {!data && !error && <Skeleton className="h-72" />}
      {data && (
        <div className="flex flex-col divide-y divide-line *:py-4 *:first:pt-0 *:last:pb-0">
          {kinds.map((kind) => (
            <OneSchedule
              key={kind}
              storeId={store.id}
              kind={kind}
              schedule={data.find((schedule) => schedule.kind === kind)}
            />
          ))}
        </div>
      )}
    </InfoDialog>
  );
}

function OneSchedule(props: {
  storeId: string;
  kind: Schedule['kind'];
  schedule: Schedule | undefined;
}) {
  const { storeId, kind, schedule } = props;
  const [typed, setTyped] = useState<TimeTable | null>(null);
  const table = useDeferredValue(typed);
  const preview = useQuery({
    ...trpc.schedule.preview.queryOptions(table ?? { cron: '', timeZone: '' }),
    enabled: table !== null && table.cron !== '' && table.timeZone !== '',
    placeholderData: keepPreviousData,
    retry: false,
  });
  // Under way until it is read again, so that nothing flickers.
  const keep = { onSuccess: () => queryClient.invalidateQueries(trpc.schedule.pathFilter()) };
  const set = useMutation(trpc.schedule.set.mutationOptions(keep));
  const pause = useMutation(trpc.schedule.pause.mutationOptions(keep));
  const resume = useMutation(trpc.schedule.resume.mutationOptions(keep));
  // Shown at once: it is easily undone, and goes back by itself where it is refused.
  const asked = pause.isPending ? 'paused' : resume.isPending ? 'active' : null;
  const error = set.error ?? pause.error ?? resume.error;
  return (
    <ScheduleForm
      kind={kind}
      schedule={schedule && asked ? { ...schedule, state: asked, nextRunAt: null } : schedule}
      next={preview.data ?? []}
      tableError={preview.error && readApiError(preview.error)}
      saveError={error && readApiError(error)}
      isBusy={set.isPending || asked !== null}
      onTable={setTyped}
      onSave={(saved) => set.mutate({ storeId, kind, ...saved })}
      onPause={() => pause.mutate({ storeId, kind })}
      onResume={() => resume.mutate({ storeId, kind })}
    />
  );
}
