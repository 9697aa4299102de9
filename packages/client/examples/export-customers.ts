// Writes the customers of a country to a file as CSV, as they arrive. A download that breaks off throws.
//   MANTIS_URL=… MANTIS_API_KEY=… node examples/export-customers.ts CH customers.csv
import { createWriteStream } from 'node:fs';
import { Writable } from 'node:stream';
import { createMantisSync } from '@mantis-sync/client';

const mantis = createMantisSync({
  url: process.env['MANTIS_URL'] ?? 'http://127.0.0.1:4400',
  apiKey: process.env['MANTIS_API_KEY'] ?? '',
});
const [country, file = 'customers.csv'] = process.argv.slice(2);

const csv = await mantis.exportCustomers({ country });
await csv.pipeTo(Writable.toWeb(createWriteStream(file)));
console.log(`${file} is complete`);
