/** What people of the town talk about, in words of one subject. All lists are non-empty. */
export type Topic = {
  readonly name: string;
  /** Announcements and complaints that start a discussion. */
  readonly posts: readonly string[];
  readonly good: readonly string[];
  readonly bad: readonly string[];
  readonly plain: readonly string[];
  readonly ask: readonly string[];
};
