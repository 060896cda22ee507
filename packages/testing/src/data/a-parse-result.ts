import { ParseResult } from '@otklik/contracts';

/** What a collection of wall -1 hands over that found nothing. */
export const aParseResult = (more: Partial<ParseResult> = {}): ParseResult => ({
  ...ParseResult.parse({ ownerId: '-1', postId: null, failedPosts: [], ...NONE }),
  ...more,
});

const NONE = { posts: 0, comments: 0, newComments: 0, claimed: 0, missing: 0, requests: 0 };
