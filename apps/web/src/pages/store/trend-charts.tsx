import { Card } from '../../ui/card.tsx';
import { count, formatDay, formatDuration } from '../../words/format.ts';
import type { Day } from './run-trends.ts';

const charts: {
  title: string;
  colour: string;
  of: (day: Day) => number;
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

/** Duration, failures and changes of a store by day. */
export function TrendCharts({ days }: { days: readonly Day[] }) {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return null;
  const span =
    first === last ? formatDay(first.date) : `${formatDay(first.date)} to ${formatDay(last.date)}`;
  return (
    <Card title="Runs over time" aside={<span className="text-muted">{span}</span>}>
      <div className="grid gap-5 p-4 sm:grid-cols-3 sm:p-5">
        {charts.map((chart) => (
          <Chart key={chart.title} days={days} {...chart} />
        ))}
      </div>
    </Card>
  );
}

const height = 40;
/** Maximum width of a bar, so that a single day does not fill the chart. */
const fewestBars = 14;

function Chart(props: { days: readonly Day[] } & (typeof charts)[number]) {
  const { days, title, of, say } = props;
  const top = Math.max(...days.map(of));
  const width = Math.max(fewestBars, days.length);
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
          const x = width - days.length + index;
          return (
            <g key={day.date}>
              <title>{`${formatDay(day.date)}: ${say(of(day))}, ${count(day.runs, 'run')}`}</title>
              <rect x={x} width={1} height={height} fill="transparent" />
              <rect
                x={x + 0.1}
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
