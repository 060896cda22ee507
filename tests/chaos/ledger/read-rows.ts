/** Ids of the comments of an exported file, row by row, as a program that was not written by us reads it (RFC 4180). */
export const readRows = (text: string, format: 'csv' | 'jsonl'): readonly string[] => {
  if (format === 'jsonl') return text.split('\n').flatMap((line) => (line === '' ? [] : [String(JSON.parse(line).comment_id)]));
  const [header = [], ...rows] = parseCsv(text.replace(/^\uFEFF/, ''));
  const column = header.indexOf('comment_id');
  return rows.map((row) => row[column] ?? '');
};

/** A cell, in quotes or without, and what ends it. */
const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

const parseCsv = (text: string): readonly (readonly string[])[] => {
  const rows: string[][] = [];
  let row: string[] = [];
  CELL.lastIndex = 0;
  while (CELL.lastIndex < text.length) {
    const found = CELL.exec(text);
    if (found === null) throw new Error('The file is no CSV.');
    const [, quoted, plain = '', end] = found;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
};
