import { formatClock, formatDuration, formatNumber, formatRate } from '../../words/format.ts';
import type { Throughput } from '../../api/trpc.ts';
import { Card } from '../../ui/card.tsx';

type Bucket = Throughput['buckets'][number];

/** Speed of the run: customers completed as bars, customers read as a line. */
export function SpeedChart({ throughput }: { throughput: Throughput }) {
  const { from, bucketSeconds, buckets } = throughput;
  const top = Math.max(1, ...buckets.map((bucket) => Math.max(completedOf(bucket), bucket.read)));
  const startOf = (index: number) =>
    new Date(new Date(from ?? 0).getTime() + index * bucketSeconds * 1_000).toISOString();
  return (
    <Card
      title="Speed"
      className="paint-when-seen"
      aside={<span className="text-muted">1 bar = {formatDuration(bucketSeconds)}</span>}
    >
      <div className="p-4 sm:p-5">
        <div className="flex items-stretch gap-3">
          <div className="flex flex-col justify-between text-right text-sm text-muted">
            <span>{formatRate(top / bucketSeconds)}</span>
            <span>0</span>
          </div>
          <div className="min-w-0 flex-1">
            <Plot buckets={buckets} top={top} label={describe(throughput, top)} startOf={startOf} />
            <div className="mt-1 flex justify-between text-sm text-muted">
              <span>{formatClock(startOf(0))}</span>
              <span>{formatClock(startOf(barsOf(buckets)))}</span>
            </div>
          </div>
        </div>
        <div className="mt-3 flex flex-wrap items-start justify-between gap-x-4 gap-y-2 text-sm text-muted">
          <ul className="flex flex-wrap gap-x-4 gap-y-1">
            <Key className="bg-accent">Synced</Key>
            <Key className="rounded-full bg-bad">Failed</Key>
            <Key className="h-0.5! self-center bg-busy">Read from the list</Key>
          </ul>
        </div>
        <details className="mt-2 text-sm">
          <summary className="w-fit text-muted hover:text-ink">As a table</summary>
          <div className="mt-2 max-h-64 overflow-auto">
            <Table buckets={buckets} startOf={startOf} />
          </div>
        </details>
      </div>
    </Card>
  );
}

/** Viewbox units: one per bar in width, a hundred in height, at any screen size. */
function Plot(props: {
  buckets: readonly Bucket[];
  top: number;
  label: string;
  startOf: (index: number) => string;
}) {
  const { buckets, top, label, startOf } = props;
  const width = barsOf(buckets);
  const heightOf = (value: number) => (value / top) * 100;
  const steps = buckets.map(({ read }, index) => `${index},${100 - heightOf(read)}h1`);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} 100`}
      preserveAspectRatio="none"
      className="block h-24 w-full overflow-visible border-b border-line-strong"
    >
      {buckets.map((bucket, index) => {
        const done = heightOf(bucket.done);
        const failed = heightOf(bucket.failed);
        return (
          // oxlint-disable-next-line react/no-array-index-key -- a bar is identified by its position
          <g key={index}>
            <title>{barTitle(bucket, startOf(index))}</title>
            <rect x={index} width={1} height={100} fill="transparent" />
            <rect
              x={index + 0.1}
              y={100 - done}
              width={0.8}
              height={done}
              className="fill-accent"
            />
            <rect
              x={index + 0.1}
              y={100 - done - failed}
              width={0.8}
              height={failed}
              className="fill-bad"
            />
          </g>
        );
      })}
      {steps.length > 0 && (
        <path
          d={`M${steps.join('L')}`}
          fill="none"
          strokeWidth={1.5}
          vectorEffect="non-scaling-stroke"
          className="stroke-busy"
        />
      )}
    </svg>
  );
}

function Table(props: { buckets: readonly Bucket[]; startOf: (index: number) => string }) {
  return (
    <table className="w-full text-right">
      <thead className="sticky top-0 bg-surface text-muted">
        <tr>
          <th scope="col" className="py-1 text-left font-normal">
            From
          </th>
          {['Read', 'Synced', 'To retry', 'Failed'].map((title) => (
            <th key={title} scope="col" className="py-1 font-normal">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.buckets.map(({ read, done, retrying, failed }, index) => (
          <tr key={props.startOf(index)} className="border-t border-line">
            <th scope="row" className="py-1 text-left font-normal">
              {formatClock(props.startOf(index))}
            </th>
            <td>{formatNumber(read)}</td>
            <td>{formatNumber(done)}</td>
            <td>{formatNumber(retrying)}</td>
            <td>{formatNumber(failed)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Key({ className, children }: { className: string; children: string }) {
  return (
    <li className="flex items-center gap-1.5">
      <span className={`size-3 rounded-[3px] ${className}`} />
      {children}
    </li>
  );
}

const barsOf = (buckets: readonly Bucket[]) => Math.max(3, buckets.length);

const completedOf = ({ done, failed }: Bucket) => done + failed;

function barTitle({ read, done, failed }: Bucket, from: string): string {
  return `${formatClock(from)}: ${formatNumber(read)} read, ${formatNumber(done)} synced, ${formatNumber(failed)} failed`;
}

function describe({ bucketSeconds, buckets }: Throughput, top: number): string {
  const completed = buckets.reduce((sum, bucket) => sum + completedOf(bucket), 0);
  const span = formatDuration(buckets.length * bucketSeconds);
  return `Speed over ${span}: ${formatNumber(completed)} customers completed, at most ${formatRate(top / bucketSeconds)}`;
}
