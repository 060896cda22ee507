import type { JobEventKind } from '@otklik/contracts';

type EventSql = {
  /** Of the CTE with the rows that moved: `id`, `workspace_id` and `version` as they are now. */
  readonly from: string;
  /** Expression for the kind. */
  readonly kind: string;
  /** Expression for the data; NULLs in it are left out. */
  readonly data: string;
};

/** A kind as a literal. */
export const kindSql = (kind: JobEventKind): string => `'${kind}'`;

/** Fields of `data` as an expression; a field that is NULL is not there. */
export const dataSql = (fields: Readonly<Record<string, string>>): string =>
  `jsonb_strip_nulls(jsonb_build_object(${Object.entries(fields)
    .map(([name, value]) => `'${name}', ${value}`)
    .join(', ')}))`;

/** The part of a move's statement that writes what happened: no move can be committed without its event. */
export const eventSql = ({ from, kind, data }: EventSql): string =>
  `INSERT INTO job_event (job_id, seq, workspace_id, kind, data) SELECT id, version, workspace_id, ${kind}, ${data} FROM ${from}`;
