/** What hangs on a post or comment. Rendered to VK's shapes by the API. */
export type Attachment =
  | { readonly kind: 'photo' | 'sticker' | 'graffiti' | 'video' | 'doc'; readonly id: number; readonly ownerId: number }
  | { readonly kind: 'link'; readonly url: string; readonly title: string };

/** One comment of a wall. Its id is unique on the wall only. */
export type Comment = {
  readonly id: number;
  readonly postId: number;
  /** Root of the thread it answers in; null for a root. */
  readonly rootId: number | null;
  /** The comment it answers, which may be a reply itself; null for a root. */
  readonly replyToId: number | null;
  /** Negative for communities. */
  readonly fromId: number;
  /** Unix time in seconds. */
  readonly date: number;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly likes: number;
  readonly isDeleted: boolean;
  /** Set when only subscribers of the community may read the text. */
  readonly donutPlaceholder?: string;
};

/** `closed`: nobody may read or write (error 212). `readonly`: the old ones can be read. */
export type CommentsAccess = 'open' | 'readonly' | 'closed';

export type Post = {
  readonly id: number;
  readonly fromId: number;
  readonly date: number;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly likes: number;
  readonly reposts: number;
  readonly views: number;
  readonly commentsAccess: CommentsAccess;
  /** What VK claims, replies included; may count comments that are no longer there. */
  readonly claimedComments: number;
  /** Why the comments can't be read although the wall shows the post. Closed ones need none. */
  readonly commentsRefusal?: Refusal;
  readonly isPinned?: boolean;
  readonly isAd?: boolean;
  readonly donutPlaceholder?: string;
  /** The post that this one repeats. */
  readonly copyOf?: { readonly ownerId: number; readonly id: number; readonly date: number; readonly text: string };
};

export type Person = {
  readonly id: number;
  readonly screenName: string;
  readonly firstName: string;
  readonly lastName: string;
  /** 1 female, 2 male, as VK counts. */
  readonly sex: 0 | 1 | 2;
  readonly city: string;
  readonly isClosed: boolean;
  readonly deactivated?: 'deleted' | 'banned';
};

export type Community = {
  /** Positive; walls and authors carry it negated. */
  readonly id: number;
  readonly screenName: string;
  readonly name: string;
  readonly type: 'group' | 'page' | 'event';
  readonly isClosed: 0 | 1 | 2;
  readonly members: number;
  readonly description: string;
  readonly deactivated?: 'deleted' | 'banned';
};

/** Why something can't be read: VK's code and the words after its standard sentence. */
export type Refusal = { readonly code: 15 | 18 | 19 | 30 | 203 | 210 | 212; readonly detail?: string };

/** A discussion in numbers. */
export type DiscussionShape = {
  readonly roots: number;
  /** Replies of each root that has any. */
  readonly replies: readonly number[];
};

/** The content of a wall, made on first use. */
export type WallContent = {
  /** As `wall.get` lists them: the pinned one, then newest first. */
  readonly posts: readonly Post[];
  /** Ascending by id. The same list for the same post on every call. */
  readonly commentsOf: (postId: number) => readonly Comment[];
  /** What `commentsOf` would give, in numbers and without making it; where the content knows it beforehand. */
  readonly shapeOf?: (postId: number) => DiscussionShape;
  /** Undefined when no comment of the wall has the id. */
  readonly postIdOf: (commentId: number) => number | undefined;
  /** No post or comment has a greater id. */
  readonly lastId: number;
};

export type WallPlan = {
  readonly ownerId: number;
  readonly screenName: string;
  readonly refusal?: Refusal;
  readonly content: () => WallContent;
};
