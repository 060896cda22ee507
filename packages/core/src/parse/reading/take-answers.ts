import { InternalError } from '@otklik/shared';
import type { Frontier } from '../frontier/frontier.ts';
import { MAX_OWNERS } from '../frontier/limits.ts';
import type { Asked } from '../planning/asked.ts';
import type { VkReadAnswer } from '../vk-reads.ts';
import { closeWalls } from './close-walls.ts';
import { type Gathered, type Reaped, gather, inOrder } from './harvest.ts';
import type { ReadContext } from './read-context.ts';
import { isForNow } from './refusals.ts';
import { refuseLevel, takeLevel } from './take-level.ts';
import { refuseListing, takeListing } from './take-listing.ts';
import { refusePin, takePin } from './take-pin.ts';
import { refuseLookup, takeLookup } from './take-lookup.ts';

export type Answered = {
  readonly asked: readonly Asked[];
  /** In the order of what was asked. */
  readonly answers: readonly VkReadAnswer[];
  /** Requests that it took. */
  readonly requests: number;
};

/** Takes over what one request brought: rows, and what is open after it. Throws what VK refuses of the only target. */
export const takeAnswers = (from: Frontier, { asked, answers, requests }: Answered, context: ReadContext): Gathered => {
  const pairs = asked.map((one, index) => ({ asked: one, answer: answers[index] }));
  const taken = inOrder(from, pairs, (frontier, pair) => takeAnswer(frontier, pair, context));
  const closed = closeWalls(withYield(taken.frontier, from, pairs), context);
  const { totals } = closed.frontier;
  return {
    frontier: {
      ...closed.frontier,
      ownerIds: context.isOnlyTarget ? [] : withOwners(from.ownerIds, answers),
      totals: { ...totals, requests: totals.requests + requests },
    },
    harvest: gather([taken.harvest, closed.harvest]),
  };
};

type Pair = { readonly asked: Asked; readonly answer: VkReadAnswer | undefined };

const takeAnswer = (frontier: Frontier, { asked, answer }: Pair, context: ReadContext): Reaped => {
  const { plan } = context;
  if (answer === undefined) throw new InternalError('VK was asked for more than was answered.');
  const error = answer.kind === 'refused' ? answer.error : null;
  if (error !== null && isForNow(error)) return { frontier };
  switch (asked.kind) {
    case 'listing':
      if (error !== null) return refuseListing(frontier, { asked, error, context });
      if (answer.kind === 'posts') return takeListing(frontier, { asked, page: answer.page, context });
      break;
    case 'pin':
      if (error !== null) return refusePin(frontier, asked);
      if (answer.kind === 'posts') return takePin(frontier, { asked, page: answer.page, context });
      break;
    case 'lookup':
      if (error !== null) return refuseLookup(frontier, { asked, error, context });
      if (answer.kind === 'posts') return takeLookup(frontier, { asked, page: answer.page, context });
      break;
    case 'level':
      if (error !== null) return refuseLevel(frontier, { asked, error, plan });
      if (answer.kind === 'comments') return takeLevel(frontier, { asked, page: answer.page, plan });
  }
  throw new InternalError(`VK was asked for ${asked.kind} and the answer has ${answer.kind}.`);
};

const withOwners = (known: readonly string[], answers: readonly VkReadAnswer[]): string[] => {
  const found = answers.flatMap((answer) => (answer.kind === 'posts' ? answer.page.posts.map(({ ownerId }) => ownerId) : []));
  return [...new Set([...known, ...found])].slice(0, MAX_OWNERS);
};

/** What pages of posts bring, for how many to ask at once. */
const withYield = (frontier: Frontier, before: Frontier, pairs: readonly Pair[]): Frontier => {
  const pages = pairs.filter(({ asked, answer }) => asked.kind === 'listing' && answer?.kind === 'posts').length;
  if (pages === 0) return frontier;
  const known = new Set(before.posts);
  return {
    ...frontier,
    postsPerPage: Math.round(frontier.posts.filter((post) => post.levels === null && !known.has(post)).length / pages),
  };
};
