import { useInfiniteQuery } from '@tanstack/react-query';
import { isInView, isWhole } from '../../api/activity-filter.ts';
import { ActivityLog } from './activity-log.tsx';
import { mergeEntries } from '../../api/merge-activity.ts';
import { activityQuery, filteredActivityQuery } from '../../api/queries.ts';
import type { Run } from '../../api/trpc.ts';
import { activityFilter } from './run-search.ts';
import { useRunSearch } from './use-run-search.ts';

/** The activity of a run, or a filtered part of it. */
export function Activity({ run }: { run: Run }) {
  const [search, change] = useRunSearch();
  const view = activityFilter(search);
  const whole = useInfiniteQuery(activityQuery(run.runId));
  const part = useInfiniteQuery({
    ...filteredActivityQuery(run.runId, view),
    enabled: !isWhole(view),
  });
  const shown = isWhole(view) ? whole : part;
  const entries = shown.data?.pages.flatMap((page) => page.items);
  // Entries that arrived during the request are in the whole log, which begins at the same end.
  const live =
    isWhole(view) || view.until !== undefined
      ? []
      : whole.data?.pages.flatMap((page) => page.items).filter((entry) => isInView(entry, view));
  return (
    <ActivityLog
      key={run.runId}
      runId={run.runId}
      entries={entries && live && live.length > 0 ? mergeEntries(live, entries) : entries}
      view={view}
      unseen={Math.max(0, run.activitySeq - (view.until ?? run.activitySeq))}
      hasOlder={shown.hasNextPage}
      isLoadingOlder={shown.isFetchingNextPage}
      onHold={() => change({ held: run.activitySeq })}
      onResume={() => change({ held: undefined })}
      onLevels={(levels) => change({ levels })}
      onText={(text) => change({ text })}
      onOlder={() => void shown.fetchNextPage()}
    />
  );
}
