/** How a list came: lines, the column of a table, or an array. */
export const targetListFormats = ['txt', 'csv', 'json'] as const;
export type TargetListFormat = (typeof targetListFormats)[number];

export const targetOutcomes = ['valid', 'invalid', 'duplicate'] as const;
export type TargetOutcome = (typeof targetOutcomes)[number];

/** What became of the lines of a list; empty ones are not counted. */
export type TargetCounts = { readonly lines: number; readonly valid: number; readonly invalid: number; readonly duplicates: number };

/** An uploaded list. */
export type TargetListRow = TargetCounts & {
  readonly id: string;
  /** What its owner calls it. */
  readonly name: string | null;
  readonly format: TargetListFormat;
  readonly createdAt: Date;
  /** When a job last named or read it; its age counts from there. */
  readonly lastUsedAt: Date;
};

/** A line of an uploaded list, and what was made of it. */
export type TargetLineRow = {
  /** From 0 on, empty lines left out. */
  readonly index: number;
  /** As an editor counts the lines of the file, from 1 on. */
  readonly line: number;
  /** As it was written; the beginning of a long one. */
  readonly text: string;
  readonly outcome: TargetOutcome;
  /** What it names: a signed id, a screen name, or a post as `<owner>_<post>`; null when invalid. */
  readonly ref: string | null;
  /** Why it is invalid. */
  readonly reason: string | null;
  /** The line that named the same before. */
  readonly duplicateOf: number | null;
};

/** A valid line of an uploaded list. */
export type TargetLine = Pick<TargetLineRow, 'index'> & { readonly ref: string };

type OneList = { readonly workspaceId: string; readonly id: string };

/** What a collector needs of uploaded lists. Every method throws DatabaseError. */
export type TargetReads = {
  /**
   * Valid lines whose index is `from` or higher, in their order; fewer than `limit` where there are no more. Throws NotFoundError
   * when the list was removed.
   */
  read(input: {
    readonly workspaceId: string;
    /** As a job's target names it: its public id. */
    readonly listId: string;
    readonly from: number;
    readonly limit: number;
    /** Ends it at once with its reason. */
    readonly signal?: AbortSignal | undefined;
  }): Promise<readonly TargetLine[]>;
  /** Which of these the list names, by its valid lines. */
  named(input: {
    readonly workspaceId: string;
    readonly listId: string;
    readonly refs: readonly string[];
    readonly signal?: AbortSignal | undefined;
  }): Promise<readonly string[]>;
  /** Valid lines; null when the workspace has no such list. Counts as use of it. */
  count(input: { readonly workspaceId: string; readonly listId: string }): Promise<number | null>;
};

/** Uploaded lists. Every method throws DatabaseError. */
export type TargetLists = TargetReads & {
  /** A list without lines that nobody finds until it is finished. */
  begin(input: OneList & { readonly name: string | null; readonly format: TargetListFormat }): Promise<void>;
  append(id: string, lines: readonly TargetLineRow[]): Promise<void>;
  finish(input: OneList & { readonly counts: TargetCounts }): Promise<TargetListRow>;
  get(input: OneList): Promise<TargetListRow | null>;
  /** Newest first. */
  list(input: { readonly workspaceId: string; readonly after: string | null; readonly limit: number }): Promise<readonly TargetListRow[]>;
  /** In the order of the file, behind the index `after`. */
  lines(
    input: OneList & { readonly outcome: TargetOutcome | null; readonly after: number | null; readonly limit: number },
  ): Promise<readonly TargetLineRow[]>;
  /** With its lines, finished or not. false: no such list in this workspace. */
  remove(input: OneList): Promise<boolean>;
};
