import { cutText } from '../../jobs/cut-fields.ts';
import type { Frontier } from './frontier.ts';
import { MAX_FAILURES } from './limits.ts';

const MAX_REASON = 200;

/** What stands for "no code" among the reasons. */
const NO_CODE = 'none';
const UNKNOWN_REASON = 'VK does not give it.';

type Failure = { readonly ref: string; readonly vkCode: number | null };

/** Lists a post that could not be had, as `<owner>_<post>`. Counted always, listed while there is room. */
export const withFailedPost = (frontier: Frontier, failure: Failure): Frontier => withFailure(frontier, 'posts', failure);

/** Lists a wall that could not be had, as the order names it. */
export const withFailedWall = (frontier: Frontier, failure: Failure): Frontier => withFailure(frontier, 'walls', failure);

/** Keeps why VK refuses with this code; the first sentence counts. */
export const withReason = (frontier: Frontier, vkCode: number | null, reason: string): Frontier => {
  const { reasons } = frontier.failures;
  const key = String(vkCode ?? NO_CODE);
  return key in reasons
    ? frontier
    : { ...frontier, failures: { ...frontier.failures, reasons: { ...reasons, [key]: cutText(reason, MAX_REASON) } } };
};

export const reasonOf = ({ failures }: Frontier, vkCode: number | null): string =>
  failures.reasons[String(vkCode ?? NO_CODE)] ?? UNKNOWN_REASON;

const withFailure = (frontier: Frontier, of: 'posts' | 'walls', failure: Failure): Frontier => {
  const { failures } = frontier;
  const total = failures.total + 1;
  const isFull = failures.posts.length + failures.walls.length >= MAX_FAILURES;
  return { ...frontier, failures: { ...failures, total, ...(!isFull && { [of]: [...failures[of], failure] }) } };
};
