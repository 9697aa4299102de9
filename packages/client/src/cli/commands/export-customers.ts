import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { choiceOf, textOf } from '../given.ts';
import { UsageError } from '../usage-error.ts';
import { writeWhole } from '../write-whole.ts';

const STATUSES = ['living', 'deleted', 'all'] as const;
const YES_NO = ['true', 'false'] as const;

export const exportCustomers: Command = {
  name: 'export',
  operands: [],
  about: 'Write the customers as CSV',
  flags: {
    store: { type: 'string', value: 'store', about: 'of one store alone, by its name or id' },
    query: {
      type: 'string',
      short: 'q',
      value: 'words',
      about: 'that all occur in name, company, e-mail, city, …; #17 is a number of the store',
    },
    role: { type: 'string', value: 'role', about: 'of this role alone' },
    country: { type: 'string', value: 'country', about: 'as the store writes it, such as CH' },
    paying: {
      type: 'string',
      value: YES_NO.join('|'),
      choices: YES_NO,
      about: 'whether they have paid for something',
    },
    status: {
      type: 'string',
      value: STATUSES.join('|'),
      choices: STATUSES,
      about: 'still in the store, which is usual, deleted from it, or both',
    },
    bom: { type: 'boolean', about: 'a byte order mark in front, by which Excel knows the letters' },
    output: {
      type: 'string',
      short: 'o',
      value: 'file',
      isFile: true,
      about: 'to a file; else to stdout',
    },
  },
  async run({ sync, console, stdout, signal }, given) {
    const file = textOf(given, 'output');
    if (console.json && file === undefined) throw new UsageError('--json needs a file: -o.');
    const status = choiceOf(given, 'status', STATUSES);
    const paying = choiceOf(given, 'paying', YES_NO);
    const open = async () => {
      const name = textOf(given, 'store');
      const store = name === undefined ? undefined : await sync.findStore(name, { signal });
      const csv = await sync.exportCustomers({
        storeId: store?.id,
        query: textOf(given, 'query'),
        role: textOf(given, 'role'),
        country: textOf(given, 'country'),
        paying: paying && paying === 'true',
        status,
        bom: given.values['bom'] === true,
        signal,
      });
      return Readable.fromWeb(csv as ReadableStream);
    };
    if (file === undefined) await pipeline(await open(), stdout, { end: false, signal });
    else {
      const bytes = await writeWhole(file, open, signal);
      console.print({ file, bytes }, `${bytes} bytes written to ${file}`);
    }
    return EXIT.ok;
  },
};
