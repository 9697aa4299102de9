import { formatNumber } from '../../words/format.ts';
import { LINES, OUTCOMES } from '../../words/status.ts';
import type { Look } from '../../ui/look.ts';
import type { Run } from '../../api/trpc.ts';
import { Card } from '../../ui/card.tsx';
import { Icon } from '../../ui/icon.tsx';
import { toneText } from '../../ui/status-pill.tsx';

const outcomes = ['created', 'updated', 'unchanged', 'deleted'] as const;

const states = ['draft', 'processing', 'done', 'failed', 'cancelled'] as const;

/** Customers of a run by state, and the outcome of synced ones. */
export function RunCounts({ run }: { run: Run }) {
  return (
    <Card
      title="Customers"
      aside={<span className="text-muted">{formatNumber(run.counts.total)} in total</span>}
    >
      <div className="grid gap-x-10 gap-y-4 p-4 sm:grid-cols-2 sm:p-5">
        <div>
          <h3 className="mb-1 text-sm text-muted">By state</h3>
          <dl>
            {states
              .filter((state) => state === 'done' || run.counts[state] > 0)
              .map((state) => (
                <StateCount key={state} look={LINES[state]} value={run.counts[state]} />
              ))}
          </dl>
        </div>
        <div>
          <h3 className="mb-1 text-sm text-muted">Synced, by outcome</h3>
          <dl>
            {shownOutcomes(run).map((outcome) => (
              <Row key={outcome} value={run.outcomes[outcome]}>
                {OUTCOMES[outcome]}
              </Row>
            ))}
          </dl>
        </div>
      </div>
    </Card>
  );
}

/** Outcomes that occurred; all of them if none did. */
function shownOutcomes({ outcomes: counts }: Run) {
  const some = outcomes.filter((outcome) => counts[outcome] > 0);
  return some.length > 0 ? some : outcomes;
}

function StateCount({ look, value }: { look: Look; value: number }) {
  return (
    <Row value={value}>
      <span className={value > 0 ? toneText[look.tone] : 'text-muted'}>
        <Icon name={look.icon} />
      </span>
      {look.word}
    </Row>
  );
}

function Row({ value, children }: { value: number; children: React.ReactNode }) {
  return (
    <div className="flex items-center justify-between gap-3 border-b border-line py-1.5 last:border-0">
      <dt className={`flex items-center gap-2 ${value > 0 ? '' : 'text-muted'}`}>{children}</dt>
      <dd className={value > 0 ? 'font-semibold' : 'text-muted'}>{formatNumber(value)}</dd>
    </div>
  );
}
