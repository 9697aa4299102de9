import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { readApiError } from '../../api/api-error.ts';
import { queryClient, trpc, type Schedule, type Store } from '../../api/trpc.ts';
import type { Access } from '../../api/use-access.ts';
import { ErrorNote } from '../../ui/notes.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useDebounced } from '../../ui/use-debounced.ts';
import { ScheduleForm, type TimeTable } from './schedule-form.tsx';

const kinds: Schedule['kind'][] = ['delta', 'reconcile', 'full'];

/** Schedules of a store. */
export function SchedulesTab({ store, access }: { store: Store; access: Access }) {
  const { data, error } = useQuery(trpc.schedule.list.queryOptions({ storeId: store.id }));
  if (error) return <ErrorNote error={readApiError(error)} />;
  if (!data) return <Skeleton className="h-72" />;
  // New schedules default to the time zone of the others.
  const zone = data[0]?.timeZone;
  return (
    <div className="grid items-start gap-5 lg:grid-cols-3">
      {!access.canAdmin && (
        <p className="text-muted lg:col-span-3">Only owners can change schedules.</p>
      )}
      {kinds.map((kind) => (
        <OneSchedule
          key={kind}
          storeId={store.id}
          kind={kind}
          zone={zone}
          schedule={data.find((schedule) => schedule.kind === kind)}
          canEdit={access.canAdmin}
        />
      ))}
    </div>
  );
}

function OneSchedule(props: {
  storeId: string;
  kind: Schedule['kind'];
  zone: string | undefined;
  schedule: Schedule | undefined;
  canEdit: boolean;
}) {
  const { storeId, kind, schedule } = props;
  const [typed, setTyped] = useState<TimeTable | null>(null);
  // Debounced: a partly typed expression is invalid.
  const table = useDebounced(typed);
  const isAsked = table !== null && isComplete(table);
  const preview = useQuery({
    ...trpc.schedule.preview.queryOptions(table ?? { cron: '', timeZone: '' }),
    enabled: isAsked,
    placeholderData: keepPreviousData,
    retry: false,
  });
  // Busy until it is reloaded, to avoid flicker.
  const keep = { onSuccess: () => queryClient.invalidateQueries(trpc.schedule.pathFilter()) };
  const set = useMutation(trpc.schedule.set.mutationOptions(keep));
  const pause = useMutation(trpc.schedule.pause.mutationOptions(keep));
  const resume = useMutation(trpc.schedule.resume.mutationOptions(keep));
  // Shown immediately: easy to undo, and reverted if rejected.
  const asked = pause.isPending ? 'paused' : resume.isPending ? 'active' : null;
  const error = set.error ?? pause.error ?? resume.error;
  return (
    <section className="rounded-lg border border-line bg-surface shadow-card">
      <ScheduleForm
        kind={kind}
        zone={props.zone}
        schedule={schedule && asked ? { ...schedule, state: asked, nextRunAt: null } : schedule}
        canEdit={props.canEdit}
        next={preview.data?.next ?? []}
        problem={isAsked && !preview.isPlaceholderData ? (preview.data?.problem ?? null) : null}
        saveError={error && readApiError(error)}
        isBusy={set.isPending || asked !== null}
        onTable={(next) => {
          setTyped(next);
          // Errors of the previous attempt no longer apply.
          set.reset();
        }}
        onSave={(saved) => set.mutate({ storeId, kind, ...saved })}
        onPause={() => pause.mutate({ storeId, kind })}
        onResume={() => resume.mutate({ storeId, kind })}
      />
    </section>
  );
}

/** Five fields, or an alias such as `@daily`: only these are sent for a preview. */
function isComplete({ cron, timeZone }: TimeTable): boolean {
  return timeZone !== '' && (cron.trim().startsWith('@') || cron.trim().split(/\s+/).length === 5);
}
