import type { CommentView, ExportPayload } from '@otklik/contracts';
import { commentUrl } from '../comments/comment-url.ts';
import { type CsvCell, CSV_START, csvRecord, guardFormula } from './csv.ts';

type Column = ExportPayload['columns'][number];

/** How a format writes: what comes first, and each row as text with its line end. */
export type ExportFormat = { readonly start: string; row(comment: CommentView): string };

type Options = Pick<ExportPayload, 'format' | 'columns' | 'guardFormulas'>;

/** Columns in the order of the payload. */
export const makeExportFormat = (options: Options): ExportFormat => formats[options.format](options);

/** An object per line. */
const jsonLines = ({ columns }: Options): ExportFormat => ({
  start: '',
  row: (comment) => `${JSON.stringify(Object.fromEntries(columns.map((column) => [column, values[column](comment)])))}\n`,
});

/** A line of names, then a record per comment. */
const csv = ({ columns, guardFormulas }: Options): ExportFormat => {
  const cellOf = (comment: CommentView, column: Column): CsvCell => {
    const value = values[column](comment);
    const cell = isCell(value) ? value : listCell(column, comment);
    return guardFormulas && typeof cell === 'string' && !IDS.has(column) ? guardFormula(cell) : cell;
  };
  return { start: CSV_START + csvRecord(columns), row: (comment) => csvRecord(columns.map((column) => cellOf(comment, column))) };
};

const formats: { readonly [F in ExportPayload['format']]: (options: Options) => ExportFormat } = { csv, jsonl: jsonLines };

/** Ids of communities begin with a minus: an apostrophe would make them unreadable for programs. */
const IDS: ReadonlySet<Column> = new Set<Column>(['owner_id', 'post_id', 'comment_id', 'parent_id', 'thread_id', 'reply_to_id']);

const values: { readonly [C in Column]: (comment: CommentView) => unknown } = {
  owner_id: ({ ownerId }) => ownerId,
  post_id: ({ postId }) => postId,
  comment_id: ({ commentId }) => commentId,
  parent_id: ({ parentId }) => parentId,
  thread_id: ({ threadId }) => threadId,
  reply_to_id: ({ replyToId }) => replyToId,
  author_key: ({ authorKey }) => authorKey,
  author_name: ({ authorName }) => authorName,
  date: ({ date }) => date.toISOString(),
  text: ({ text }) => text,
  likes: ({ likes }) => likes,
  attachments: ({ attachments }) => attachments,
  deleted: ({ isDeleted }) => isDeleted,
  language: ({ language }) => language,
  keywords: ({ keywords }) => keywords,
  url: commentUrl,
};

const isCell = (value: unknown): value is CsvCell => value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** Lists in one cell: `photo:1_2; sticker`, `доставка; цена`. */
const listCell = (column: Column, { attachments, keywords }: CommentView): string =>
  column === 'keywords' ? keywords.join('; ') : attachments.map(({ type, id }) => (id === null ? type : `${type}:${id}`)).join('; ');
