import { Card } from '../../ui/card.tsx';
import { count, formatDay, formatDuration } from '../../words/format.ts';
import type { RunDay } from '../../api/trpc.ts';

const charts: {
  title: string;
  colour: string;
  of: (day: RunDay) => number;
  say: (value: number) => string;
}[] = [
  {
    title: 'Longest run',
    colour: 'fill-busy',
    of: (day) => day.longestSeconds,
    say: formatDuration,
  },
  {
    title: 'Most failures in a day',
    colour: 'fill-bad',
    of: (day) => day.failed,
    say: (value) => count(value, 'failure'),
  },
  {
    title: 'Most changes in a day',
    colour: 'fill-accent',
    of: (day) => day.changed,
    say: (value) => count(value, 'change'),
  },
];

/** Days that the charts can show. */
export const PERIODS = { '7': 'Last 7 days', '30': 'Last 30 days', '90': 'Last 90 days' } as const;
export type Period = keyof typeof PERIODS;

/** Duration, failures and changes of a store by day. */
export function TrendCharts(props: {
  days: readonly RunDay[] | undefined;
  period: Period;
  onPeriod: (period: Period) => void;
}) {
  const { days, period } = props;
  return (
    <Card
      title="Runs over time"
      aside={
        <select
          aria-label="Period"
          className="h-8 rounded-md border border-line-strong bg-surface pr-8 pl-2.5"
          value={period}
          onChange={({ target }) => isPeriod(target.value) && props.onPeriod(target.value)}
        >
          {Object.entries(PERIODS).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      }
    >
      <div className="grid min-h-36 gap-5 p-4 sm:grid-cols-3 sm:p-5">
        {days && charts.map((chart) => <Chart key={chart.title} days={days} {...chart} />)}
      </div>
    </Card>
  );
}

const isPeriod = (value: string): value is Period => value in PERIODS;

const height = 40;

function Chart(props: { days: readonly RunDay[] } & (typeof charts)[number]) {
  const { days, title, of, say } = props;
  const top = Math.max(...days.map(of));
  const width = days.length;
  return (
    <figure>
      <figcaption className="text-sm text-muted">{title}</figcaption>
      <p className="text-lg font-semibold">{say(top)}</p>
      <svg
        role="img"
        aria-label={`${title}: ${say(top)}`}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        className="mt-1 block h-10 w-full border-b border-line-strong"
      >
        {days.map((day, index) => {
          const size = top === 0 ? 0 : Math.max(of(day) > 0 ? 1.5 : 0, (of(day) / top) * height);
          return (
            <g key={day.date}>
              <title>{`${formatDay(day.date)}: ${say(of(day))}, ${count(day.runs, 'run')}`}</title>
              <rect x={index} width={1} height={height} fill="transparent" />
              <rect
                x={index + 0.1}
                y={height - size}
                width={0.8}
                height={size}
                className={props.colour}
              />
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
