import type { AnalyzeResult } from '../jobs/analyze.job.ts';
import type { ExportFormat } from '../jobs/export.job.ts';
import type { LeaseRef, LeaseState } from '../jobs/job-moves.ts';
import type { Progress } from '../jobs/job-states.ts';
import type { AuthorRow, CommentInDetail, CommentRow, CommentView, PostRow } from './comment-rows.ts';
import type { CommentScope } from './comment-scope.ts';
import type { LevelRead, PostRead, WallRead } from './read-states.ts';
import type { WallRow } from './wall-row.ts';

/** Everything of one step of a collection, with the place where the next one begins. */
export type PageInput = {
  readonly lease: LeaseRef;
  readonly workspaceId: string;
  readonly walls?: readonly WallRow[] | undefined;
  readonly posts: readonly PostRow[];
  readonly authors: readonly AuthorRow[];
  readonly comments: readonly CommentRow[];
  /** Stretches that VK listed completely, with what this page stores: what is not in them is marked as deleted. */
  readonly levels?: readonly LevelRead[] | undefined;
  /** Posts that are read with this page. */
  readonly postReads?: readonly PostRead[] | undefined;
  readonly wallReads?: readonly WallRead[] | undefined;
  readonly checkpoint: unknown;
  readonly progress: Progress;
  /** Ends it at once with its reason; stored is the whole page or nothing of it. */
  readonly signal?: AbortSignal | undefined;
};

/** `inserted` and `updated` count comments; unchanged ones are neither. Both are 0 when fenced. */
export type PageOutcome = { readonly state: LeaseState; readonly inserted: number; readonly updated: number };

/** All given conditions hold together. */
export type CommentFilter = {
  /** Owner of the wall. */
  readonly wall?: string | undefined;
  readonly post?: { readonly ownerId: string; readonly postId: string } | undefined;
  readonly author?: string | undefined;
  /** Written at this moment or later. */
  readonly since?: Date | undefined;
  /** Written before this moment. */
  readonly until?: Date | undefined;
};

/** What names a comment inside of its workspace. */
export type CommentKey = Pick<CommentRow, 'ownerId' | 'postId' | 'commentId'>;

/** The last row of a page of the list. */
export type CommentCursor = CommentKey & { readonly date: Date };

/** Which comments of which workspace. */
export type ScopeRef = { readonly workspaceId: string; readonly scope: CommentScope };

/** Collected comments. Every method throws DatabaseError; long reads also MustWait, when all their connections stay busy. */
export type CommentStore = {
  /**
   * Stores rows and checkpoint together or, when the lease is old, nothing. Rows may repeat (the last one counts) and
   * may have been stored before (unchanged ones are left alone). A deleted stub keeps the text and author
   * of before, a comment without text the text and attachments.
   */
  storePage(input: PageInput): Promise<PageOutcome>;
  /** Newest first, stable under concurrent inserts: pass the last row's place as `after` to go on. */
  listComments(input: {
    readonly workspaceId: string;
    readonly filter: CommentFilter;
    readonly after: CommentCursor | null;
    readonly limit: number;
  }): Promise<readonly CommentView[]>;
  /** One comment with at most `limit` revisions and so many of its thread; null: there is none. */
  readComment(input: { readonly workspaceId: string; readonly key: CommentKey; readonly limit: number }): Promise<CommentInDetail | null>;
  /**
   * Every comment of the scope as of one moment (one snapshot), one post after the other, in constant memory. Holds a
   * connection until it ends, is left by `break`, or the signal aborts.
   */
  streamComments(input: ScopeRef & { readonly signal: AbortSignal }): AsyncIterable<CommentView>;
  /** The same order in batches, from behind `after`: what a job needs that keeps its place in a checkpoint. */
  streamForAnalysis(
    input: ScopeRef & { readonly after: CommentKey | null; readonly signal: AbortSignal },
  ): AsyncIterable<readonly CommentText[]>;
  /** Exact, so as slow as reading the keys of the scope. The signal ends it at once, with its reason. */
  countComments(input: ScopeRef & { readonly signal?: AbortSignal | undefined }): Promise<number>;
};

/** What analysis needs of a comment. */
export type CommentText = CommentKey & { readonly text: string | null };

/** What was found in one comment. */
export type AnalysisRow = CommentKey & {
  /** ISO 639-1, `und` when the letters don't tell, null without text. */
  readonly language: string | null;
  readonly entities: EntityLists;
  readonly stems: readonly string[];
  /** UUIDs of the keywords it hits. */
  readonly keywordIds: readonly string[];
};

/** What stands in a text beside words, each as it was written. */
export type EntityLists = {
  readonly mentions: readonly string[];
  readonly links: readonly string[];
  readonly hashtags: readonly string[];
  readonly emoji: readonly string[];
};

/** Findings in comments. Every method throws DatabaseError. */
export type AnalysisStore = {
  /** Replaces what was found before in these comments and keeps the checkpoint with it; nothing when fenced. */
  storeAnalysis(input: {
    readonly lease: LeaseRef;
    readonly workspaceId: string;
    readonly rows: readonly AnalysisRow[];
    readonly checkpoint: unknown;
    readonly progress: Progress;
    /** Ends it at once with its reason; stored is all of it or nothing. */
    readonly signal?: AbortSignal | undefined;
  }): Promise<{ readonly state: LeaseState }>;
  /**
   * Counted from the stored rows of the scope: a job that was interrupted reports the same as one that was not. The
   * signal ends it at once, with its reason.
   */
  analysisTotals(input: ScopeRef & { readonly signal?: AbortSignal | undefined }): Promise<AnalyzeResult>;
};

/** A phrase to look for. */
export type KeywordRow = {
  readonly id: string;
  readonly phrase: string;
  /** Unique in its workspace. */
  readonly normalized: string;
  readonly createdAt: Date;
};

/** The phrases that a workspace looks for. Every method throws DatabaseError. */
export type KeywordStore = {
  /** The one that is there already when the normalized form is known. */
  add(input: {
    readonly workspaceId: string;
    readonly id: string;
    readonly phrase: string;
    readonly normalized: string;
  }): Promise<KeywordRow>;
  /** In the order of their normalized forms. Ends with the signal's reason. */
  list(workspaceId: string, signal?: AbortSignal): Promise<readonly KeywordRow[]>;
  /** With all its hits. false: no such keyword in this workspace. */
  remove(workspaceId: string, id: string): Promise<boolean>;
};

/** A finished file on record. */
export type ExportFileRow = {
  readonly id: string;
  readonly jobId: string;
  readonly format: ExportFormat;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Where the file store keeps it. */
  readonly fileKey: string;
  /** What a browser shall call it. */
  readonly fileName: string;
  readonly createdAt: Date;
};

/** Records of exported files; the files themselves are in the file store. Every method throws DatabaseError. */
export type ExportStore = {
  /**
   * Records a finished file. An attempt that repeats the work replaces the record of the one before: `replacedKey` names
   * the file that is now nobody's. Nothing is recorded unless the job is `running`.
   */
  insert(input: {
    readonly lease: LeaseRef;
    readonly workspaceId: string;
    readonly file: Omit<ExportFileRow, 'jobId' | 'createdAt'>;
  }): Promise<{ readonly state: LeaseState; readonly replacedKey: string | null }>;
  get(workspaceId: string, id: string): Promise<ExportFileRow | null>;
  /** Newest first. */
  list(input: { readonly workspaceId: string; readonly after: string | null; readonly limit: number }): Promise<readonly ExportFileRow[]>;
};
