import { refuseFile } from './refuse-file.ts';

/** A row of a table, with the line at which it begins. */
export type CsvRow = { readonly line: number; readonly cells: readonly string[] };

/**
 * The rows of a table (RFC 4180) that comes in parts, those of a part together. What stands between cells (comma, semicolon, tab) is what the first line
 * has most of; lines may end in LF, CRLF or CR; quotes inside of a cell that does not begin with one are kept. Throws
 * ValidationError when a quote never ends.
 */
export async function* readCsv(parts: AsyncIterable<string>): AsyncGenerator<readonly CsvRow[]> {
  let reader: CsvReader | null = null;
  let head = '';
  for await (const part of parts) {
    head += part;
    if (reader === null && !/[\r\n]/.test(head)) continue;
    reader ??= createCsvReader(delimiterOf(head));
    yield reader.feed(head);
    head = '';
  }
  reader ??= createCsvReader(delimiterOf(head));
  yield reader.feed(head);
  yield reader.end();
}

type CsvReader = { feed(text: string): readonly CsvRow[]; end(): readonly CsvRow[] };

const createCsvReader = (delimiter: string): CsvReader => {
  const rows = createRows();
  let cell = '';
  let place: 'begin' | 'plain' | 'quoted' | 'after quote' = 'begin';
  let isAfterCr = false;
  let line = 1;
  let quotedAt = 1;

  const endCell = (): void => {
    rows.endCell(cell);
    [cell, place] = ['', 'begin'];
  };
  const take = (sign: string): void => {
    const isSecondHalf = sign === '\n' && isAfterCr;
    isAfterCr = sign === '\r';
    if (isEnd(sign) && !isSecondHalf) line += 1;
    if (place === 'quoted') {
      if (sign === '"') place = 'after quote';
      else cell += sign;
    } else if (sign === '"' && place !== 'plain') {
      // Two quotes inside of quotes are one.
      if (place === 'after quote') cell += '"';
      else quotedAt = line;
      place = 'quoted';
    } else if (sign === delimiter) endCell();
    else if (!isEnd(sign)) [cell, place] = [cell + sign, 'plain'];
    else if (!isSecondHalf) {
      endCell();
      rows.endRow(line);
    }
  };
  return {
    feed: (text) => {
      for (const sign of text) take(sign);
      return rows.drain();
    },
    end: () => {
      if (place === 'quoted') throw refuseFile(`has a quote in line ${quotedAt} that never ends`);
      endCell();
      rows.endRow(line);
      return rows.drain();
    },
  };
};

/** Rows that are whole and not handed over yet. */
const createRows = () => {
  let rows: CsvRow[] = [];
  let cells: string[] = [];
  let beganAt = 1;
  return {
    endCell: (cell: string): void => {
      cells.push(cell);
    },
    endRow: (nextLine: number): void => {
      // An empty line is no row.
      if (cells.length > 1 || cells[0] !== '') rows.push({ line: beganAt, cells });
      [cells, beganAt] = [[], nextLine];
    },
    drain: (): readonly CsvRow[] => {
      const ready = rows;
      rows = [];
      return ready;
    },
  };
};

const isEnd = (sign: string): boolean => sign === '\n' || sign === '\r';

const DELIMITERS = [',', ';', '\t'] as const;

const delimiterOf = (head: string): string => {
  const [first = ''] = head.replaceAll(/"[^"]*"/g, '').split(/[\r\n]/, 1);
  const counted = DELIMITERS.map((sign) => ({ sign, count: first.split(sign).length }));
  return counted.reduce((most, one) => (one.count > most.count ? one : most)).sign;
};
