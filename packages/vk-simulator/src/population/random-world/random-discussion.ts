import { makeAttachment } from '../attachments.ts';
import type { Draft } from '../discussion.ts';
import { topics, writeComment, writeReply } from '../grammar/grammar.ts';
import type { Topic } from '../grammar/topic.ts';
import type { Random } from '../random.ts';
import { trapList } from '../traps.ts';
import type { Shape } from './discussion-shapes.ts';
import type { Inhabitants } from './inhabitants.ts';

export type RandomDiscussionOptions = {
  readonly random: Random;
  readonly inhabitants: Inhabitants;
  readonly ownerId: number;
  readonly shape: Shape;
  readonly startedAt: number;
  /** No comment is later than this. */
  readonly until: number;
};

/** Comments of a given shape by all kinds of authors; one in twenty is only a stub of a deleted one, its thread alive. */
export const makeRandomDiscussion = (options: RandomDiscussionOptions): readonly Draft[] => {
  const { random, shape } = options;
  const topic = random.pick(topics);
  const drafts: Draft[] = [];
  let time = options.startedAt;
  for (const replies of shape) {
    time = later(options, time);
    const root = drafts.length;
    drafts.push(write(options, { topic, root: null, answers: null, date: time }));
    let replyTime = time;
    for (let index = 0; index < replies; index += 1) {
      replyTime = later(options, replyTime);
      const answers = random.chance(0.6) ? root : random.int(root, drafts.length - 1);
      drafts.push(write(options, { topic, root, answers, date: replyTime }));
    }
  }
  return drafts;
};

/** Several comments may fall into one second. */
const later = ({ random, until }: RandomDiscussionOptions, from: number): number => Math.min(until, from + random.pick([0, 1, 40, 900]));

type Place = Pick<Draft, 'root' | 'answers' | 'date'> & { readonly topic: Topic };

const write = (options: RandomDiscussionOptions, { topic, ...place }: Place): Draft => {
  const { random } = options;
  const shared = { ...place, fromId: pickAuthorId(options) };
  if (random.chance(0.05)) return { ...shared, text: '', attachments: [], likes: 0, isDeleted: true };
  return { ...shared, ...say(options, { topic, isReply: place.root !== null }), likes: random.int(0, 5), isDeleted: false };
};

/** What people of the town say, and what the traps say: broken characters, mentions, formulas, nothing but a sticker. */
const say = (
  { random, ownerId }: RandomDiscussionOptions,
  { topic, isReply }: { readonly topic: Topic; readonly isReply: boolean },
): Pick<Draft, 'text' | 'attachments'> => {
  const kind = random.unit();
  if (kind < 0.1) return { text: '', attachments: [makeAttachment(random, ownerId)] };
  if (kind < 0.25) return { text: random.pick(oddTexts), attachments: [] };
  const text = isReply ? writeReply(random, topic) : writeComment(random, topic);
  return { text, attachments: kind < 0.3 ? [makeAttachment(random, ownerId), makeAttachment(random, ownerId)] : [] };
};

/** Of one length and more; the longest would only cost time. */
const oddTexts: readonly string[] = trapList
  .flatMap(({ says }) => says)
  .map(({ text = '' }) => text)
  .filter((text) => text !== '' && text.length < 500);

const pickAuthorId = ({ random, inhabitants, ownerId }: RandomDiscussionOptions): number => {
  const kind = random.unit();
  if (kind < 0.06) return ownerId;
  if (kind < 0.12) return -random.pick(inhabitants.neighbours).id;
  if (kind < 0.15) return random.pick(inhabitants.strangers);
  return inhabitants.people.pickAuthor(random).id;
};
