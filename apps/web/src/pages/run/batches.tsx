import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { BatchGrid } from './batch-grid.tsx';
import { countedCells, placedCells, mostSevereState, type Part } from './grid-cells.ts';
import { batchMapQuery } from '../../api/queries.ts';
import { expectedOf } from '../../api/run-facts.ts';
import type { Run } from '../../api/trpc.ts';
import { useRunSearch } from './use-run-search.ts';

/** Progress and failures by position in the list. */
export function Batches({ run }: { run: Run }) {
  const [, change] = useRunSearch();
  const { data } = useQuery({ ...batchMapQuery(run.runId), enabled: run.counts.total > 0 });
  const expected = expectedOf(run) ?? 0;
  const placed = useMemo(
    () => (data?.cells ? placedCells(data.cells, data.perCell, expected) : undefined),
    [data, expected],
  );
  const list = useCallback(
    (part: Part) => {
      const state = mostSevereState(part);
      change({
        lines: state === 'failed' ? undefined : state,
        from: part.from,
        to: part.to,
        outcome: undefined,
        error: undefined,
        q: undefined,
      });
    },
    [change],
  );
  return <BatchGrid grid={placed ?? countedCells(run)} onPart={list} />;
}
