import type { ReactNode } from 'react';
import { formatClock, formatExact, formatNumber } from '../../words/format.ts';
import { LEVELS, LINES } from '../../words/status.ts';
import type { LineDetail } from '../../api/trpc.ts';
import { FieldChanges } from '../customers/field-changes.tsx';
import { Icon } from '../../ui/icon.tsx';
import { CustomerLink, KeptCustomerLink } from '../../ui/links.tsx';
import { StatusPill, toneText } from '../../ui/status-pill.tsx';
import { failureText } from '../../words/customer.ts';

type Line = LineDetail['line'];

/** Details of one customer of a run. */
export function LineDetails({
  detail,
  storeId,
  storeUrl,
}: {
  detail: LineDetail;
  storeId: string;
  storeUrl: string | undefined;
}) {
  const { line, changes, attempts } = detail;
  return (
    <div className="flex flex-col gap-5">
      <div className="-mt-1 flex flex-wrap items-center gap-x-3 gap-y-2">
        <StatusPill look={LINES[line.state]} />
        {line.outcome && <span className="capitalize">{line.outcome}</span>}
        {line.wooCustomerId !== null && (
          <KeptCustomerLink
            storeId={storeId}
            wooId={line.wooCustomerId}
            className="text-muted underline decoration-line-strong underline-offset-2 hover:text-ink"
          >
            Open customer page
          </KeptCustomerLink>
        )}
        {line.wooCustomerId !== null && storeUrl !== undefined && (
          <CustomerLink storeUrl={storeUrl} wooCustomerId={line.wooCustomerId}>
            Open in WooCommerce
          </CustomerLink>
        )}
      </div>
      {line.error && line.state !== 'done' && <FailureNote line={line} error={line.error} />}
      <Facts line={line} />
      <Part title="What changed">
        {changes.length === 0 ? (
          <p className="text-muted">{nothingChanged(detail)}</p>
        ) : (
          changes.map((change) => <Changes key={change.at} change={change} />)
        )}
      </Part>
      <Part title="Attempts">
        <Attempts attempts={attempts} />
      </Part>
      <Part title="What the store sent">
        <Payload detail={detail} />
      </Part>
    </div>
  );
}

function FailureNote({ line, error }: { line: Line; error: NonNullable<Line['error']> }) {
  return (
    <p className={`wrap-break-word ${line.state === 'failed' ? toneText.bad : ''}`}>
      {failureText(error.message)} <code className="text-sm text-muted">{error.code}</code>
      {error.cause !== null && <span className="block text-ink">Likely cause: {error.cause}</span>}
      {error.fix !== null && <span className="block text-ink">What to do: {error.fix}</span>}
    </p>
  );
}

function Facts({ line }: { line: Line }) {
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
      <Fact label="Position in the list">{formatNumber(line.position)}</Fact>
      <Fact label="Round">{formatNumber(line.round)}</Fact>
      <Fact label="Attempts in this round">{formatNumber(line.attempts)}</Fact>
      {line.state === 'draft' ? (
        <Fact label="Next attempt" title={formatExact(line.nextAttemptAt)}>
          {line.attempts > 0 ? `at ${formatClock(line.nextAttemptAt)}` : 'with its batch'}
        </Fact>
      ) : (
        <Fact label="Completed" title={line.processedAt ? formatExact(line.processedAt) : ''}>
          {line.processedAt ? formatClock(line.processedAt) : '–'}
        </Fact>
      )}
    </dl>
  );
}

function Attempts({ attempts }: Pick<LineDetail, 'attempts'>) {
  if (attempts.length === 0)
    return <p className="text-muted">No warnings or errors in the activity.</p>;
  return (
    <ol className="flex flex-col gap-1.5">
      {attempts.map(({ id, level, message, at }) => (
        <li key={id} className="flex gap-2">
          <span className={`mt-0.5 ${toneText[LEVELS[level].tone]}`}>
            <Icon name={LEVELS[level].icon} />
            <span className="sr-only">{LEVELS[level].word}</span>
          </span>
          <span className="min-w-0 flex-1 wrap-break-word">{message}</span>
          <time
            dateTime={at}
            title={formatExact(at)}
            className="text-sm whitespace-nowrap text-muted"
          >
            {formatClock(at)}
          </time>
        </li>
      ))}
    </ol>
  );
}

function Payload({ detail: { line, payload, fetchedAt } }: { detail: LineDetail }) {
  if (payload === null) {
    return (
      <p className="text-muted">
        {line.state === 'done' || line.state === 'cancelled'
          ? 'Not kept once the customer is synced.'
          : 'Nothing yet. The next attempt requests it from the store.'}
      </p>
    );
  }
  return (
    <>
      {fetchedAt && <p className="mb-1.5 text-sm text-muted">Read {formatExact(fetchedAt)}</p>}
      <pre
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrollable, so it needs keyboard focus
        tabIndex={0}
        aria-label="What the store sent"
        className="max-h-80 overflow-auto rounded-md bg-sunken p-3 font-mono text-xs"
      >
        {JSON.stringify(payload, null, 2)}
      </pre>
    </>
  );
}

function Changes({ change }: { change: LineDetail['changes'][number] }) {
  if (change.changes.length === 0) return <p className="capitalize">{change.kind}</p>;
  return <FieldChanges changes={change.changes} />;
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Fact(props: { label: string; title?: string; children: ReactNode }) {
  return (
    <div title={props.title}>
      <dt className="text-sm text-muted">{props.label}</dt>
      <dd className="font-semibold">{props.children}</dd>
    </div>
  );
}

function nothingChanged({ line }: LineDetail): string {
  if (line.outcome === 'created')
    return 'The customer is new here, so there is no earlier version.';
  if (line.outcome === 'unchanged') return 'Nothing. The saved customer matches the store.';
  return 'Nothing in this run.';
}
