import { useQuery } from '@tanstack/react-query';
import { BatchGrid } from '../../components/batch-grid.tsx';
import { gridCells, tellingState } from '../../grid-cells.ts';
import { batchMapQuery } from '../../queries.ts';
import type { Run } from '../../trpc.ts';
import { useRunSearch } from './use-run-search.ts';

/** Where in the list the run is, and where it failed. */
export function Batches({ run }: { run: Run }) {
  const [, change] = useRunSearch();
  const { data } = useQuery({ ...batchMapQuery(run.queueId), enabled: run.counts.total > 0 });
  return (
    <BatchGrid
      grid={gridCells(run, data)}
      onPart={(part) => {
        const state = tellingState(part);
        change({
          lines: state === 'failed' ? undefined : state,
          from: part.from,
          to: part.to,
          outcome: undefined,
          error: undefined,
          customer: undefined,
        });
      }}
    />
  );
}
