// Shows a run live, over broken connections and restarts of the API.
//   MANTIS_URL=… MANTIS_API_KEY=… node examples/watch.ts <run>
import { createMantisSync } from '@mantis-sync/client';

const mantis = createMantisSync({
  url: process.env['MANTIS_URL'] ?? 'http://127.0.0.1:4400',
  apiKey: process.env['MANTIS_API_KEY'] ?? '',
});

for await (const { run, activity } of mantis.watch({
  runId: process.argv[2] ?? '',
  untilDone: true,
  onReconnect: (why, delayMs) => console.log(`${why.message}; again in ${Math.round(delayMs)} ms`),
})) {
  for (const entry of activity) console.log(`  ${entry.event}: ${entry.message}`);
  console.log(`${run.phaseText} ${Math.round(run.percent)}%`);
}
