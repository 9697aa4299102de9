import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { Option } from 'commander';
import type { AddCommand } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { UsageError } from '../usage-error.ts';
import { writeWhole } from '../write-whole.ts';

const STATUSES = ['active', 'deleted', 'all'] as const;
const FORMATS = ['exact', 'spreadsheet'] as const;
const YES_NO = ['true', 'false'] as const;

interface Flags {
  store?: string;
  query?: string;
  role?: string;
  country?: string;
  paying?: (typeof YES_NO)[number];
  status?: (typeof STATUSES)[number];
  format?: (typeof FORMATS)[number];
  output?: string;
}

export const addExport: AddCommand = (program, act) =>
  program
    .command('export')
    .description('write the customers as CSV')
    .option('--store <store>', 'only of this store, by its name or id')
    .option(
      '-q, --query <words>',
      'words that all occur in name, company, email, city, …; #17 is the id in the store',
    )
    .option('--role <role>', 'only with this role')
    .option('--country <country>', 'as the store sends it, such as CH')
    .addOption(
      new Option('--paying <boolean>', 'whether they have paid for an order').choices(YES_NO),
    )
    .addOption(
      new Option(
        '--status <status>',
        'in the store (the default), deleted from it, or both',
      ).choices(STATUSES),
    )
    .addOption(
      new Option(
        '--format <format>',
        'exact data (the default), or without formulas for a spreadsheet',
      ).choices(FORMATS),
    )
    .option('-o, --output <file>', 'write to a file instead of stdout')
    .action(
      act(async ({ sync, console, stdout, signal }, flags: Flags) => {
        const { store: nameOrId, paying, output, ...filters } = flags;
        if (console.json && output === undefined)
          throw new UsageError('With --json, name a file: -o <file>.');
        const open = async () => {
          const store = nameOrId === undefined ? null : await sync.findStore(nameOrId, { signal });
          const csv = await sync.exportCustomers({
            ...filters,
            storeId: store?.id,
            paying: paying && paying === 'true',
            signal,
          });
          return Readable.fromWeb(csv as ReadableStream);
        };
        if (output === undefined) await pipeline(await open(), stdout, { end: false, signal });
        else {
          const bytes = await writeWhole(output, open, signal);
          console.print({ file: output, bytes }, `${bytes} bytes written to ${output}`);
        }
        return EXIT.ok;
      }),
    );
