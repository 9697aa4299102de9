/** The metrics of a process, by the names of their series. */
export interface Scrape {
  text: string;
  /** Names of declared metrics. */
  declared: Set<string>;
  /** Names of series with a value, as queries name them: the parts of a histogram separately. */
  series: Set<string>;
  /** The sum of a metric's values over the series with all these labels. */
  sum(name: string, labels?: Record<string, string>): number;
}

/** Reads `/metrics` as Prometheus does. */
export async function scrape(url: string): Promise<Scrape> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`No metrics: ${response.status}`);
  const text = await response.text();
  const samples = text.split('\n').flatMap(readSample);
  return {
    text,
    declared: new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? '')),
    series: new Set(samples.map(({ name }) => name)),
    sum: (wanted, labels = {}) =>
      samples
        .filter(
          ({ name, labels: has }) =>
            name === wanted &&
            Object.entries(labels).every(([key, value]) => has.includes(`${key}="${value}"`)),
        )
        .reduce((sum, { value }) => sum + value, 0),
  };
}

function readSample(line: string): { name: string; labels: string; value: number }[] {
  const [, name, labels = '', value] = /^([a-z_]\w*)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
  return name === undefined ? [] : [{ name, labels, value: Number(value) }];
}
