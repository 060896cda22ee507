/** A valid line of an uploaded list. */
export type TargetLine = {
  /** Its place in the file, from 0 on; lines that name nothing, or something again, leave gaps. */
  readonly index: number;
  /** A signed id, a screen name, or a post as `<owner>_<post>`. */
  readonly ref: string;
};

/** What a collector needs of uploaded lists. Every method throws DatabaseError. */
export type TargetReads = {
  /** Valid lines whose index is `from` or higher, in their order; empty behind the last one, and when there is no such list. */
  read(input: {
    readonly workspaceId: string;
    /** As a job's target names it: its public id. */
    readonly listId: string;
    readonly from: number;
    readonly limit: number;
    /** Ends it at once with its reason. */
    readonly signal?: AbortSignal | undefined;
  }): Promise<readonly TargetLine[]>;
  /** Valid lines; null when the workspace has no such list. */
  count(input: { readonly workspaceId: string; readonly listId: string }): Promise<number | null>;
};
