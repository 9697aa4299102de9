import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { ExportFormat } from '../schemas/customer-schemas.ts';
import { guardFormulas } from './guard-formulas.ts';
import { logFailure } from './handle-errors.ts';

export interface CsvFile<Row> {
  name: string;
  /** What is in each column, in order. */
  columns: Record<string, (row: Row) => unknown>;
  /** All rows, page by page. */
  pages: AsyncGenerator<Row[]>;
  format: ExportFormat;
}

interface Format {
  /** The first bytes of the file. */
  start: string;
  toCell(this: void, value: unknown): unknown;
}

/** The two formats: exact data for programs, and data that is safe to open in a spreadsheet. */
const FORMATS: Record<ExportFormat, Format> = {
  exact: { start: '', toCell: (value) => value },
  // Excel detects UTF-8 by a byte order mark.
  spreadsheet: {
    start: '\uFEFF',
    toCell: (value) => (typeof value === 'string' ? guardFormulas(value) : value),
  },
};

/**
 * Streams a file, read page by page as fast as the client accepts it. A failure before the first byte gets the
 * usual error response; one after it ends the connection early: otherwise an incomplete file would look complete.
 */
export async function sendCsv<Row>(
  request: FastifyRequest,
  reply: FastifyReply,
  log: Logger,
  file: CsvFile<Row>,
): Promise<void> {
  const first = await file.pages.next();
  const text = Readable.from(textOf(file, first), { highWaterMark: 1 });
  // The path alone: a query may contain what was searched for.
  const path = request.url.replace(/\?.*/s, '');
  text.once('error', (error) => logFailure(log, error, { requestId: request.id, path }));
  // Not returned: a reply can be awaited, and resolves once all of it is sent.
  void reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${file.name}"`)
    .send(text);
}

async function* textOf<Row>(
  { columns, pages, format }: CsvFile<Row>,
  first: IteratorResult<Row[]>,
): AsyncGenerator<string> {
  const { start, toCell } = FORMATS[format];
  const toCells = (row: Row) => Object.values(columns).map((read) => toCell(read(row)));
  yield `${start}${linesOf([Object.keys(columns)])}`;
  // A page may be empty; an empty chunk would look like the end.
  if (!first.done && first.value.length > 0) yield linesOf(first.value.map(toCells));
  for await (const rows of pages) if (rows.length > 0) yield linesOf(rows.map(toCells));
}

/** RFC 4180. */
const linesOf = (rows: unknown[][]): string => stringify(rows, { record_delimiter: 'windows' });
