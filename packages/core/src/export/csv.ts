/** A byte order mark: without it spreadsheets take UTF-8 for an old code page. */
export const CSV_START = '\ufeff';

export type CsvCell = string | number | boolean | null;

/** One record after RFC 4180, with its CRLF. null is an empty cell. */
export const csvRecord = (cells: readonly CsvCell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

/**
 * Text that a spreadsheet would run as a formula, made harmless with an apostrophe (OWASP, CSV injection). Also when
 * blanks or signs that are not shown come first, which some programs skip.
 */
export const guardFormula = (text: string): string => (STARTS_FORMULA.test(text) ? `'${text}` : text);

const STARTS_FORMULA = /^[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]|^[\t\r]/u;

const csvCell = (cell: CsvCell): string => {
  const text = cell === null ? '' : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
