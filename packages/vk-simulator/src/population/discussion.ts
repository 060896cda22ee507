import { makeAttachment } from './attachments.ts';
import { writeComment, writeOfficial, writeReply } from './grammar/grammar.ts';
import type { Topic } from './grammar/topic.ts';
import type { Attachment } from './model.ts';
import type { People } from './people.ts';
import type { Random } from './random.ts';
import { hourAt } from './town-time.ts';

/** A comment before the wall gives it an id; `root` and `answers` are positions in the same discussion. */
export type Draft = {
  readonly root: number | null;
  readonly answers: number | null;
  readonly fromId: number;
  readonly date: number;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly likes: number;
  readonly isDeleted: boolean;
};

export type DiscussionOptions = {
  readonly random: Random;
  readonly people: People;
  /** Communities that join in, as positive ids. */
  readonly neighbours: readonly number[];
  readonly ownerId: number;
  readonly topic: Topic;
  readonly startedAt: number;
  /** No comment is later than this. */
  readonly until: number;
  /** Exact number of comments, replies included. */
  readonly size: number;
  /** Lengths of the first threads; the others get theirs by chance. */
  readonly longThreads: readonly number[];
};

/** Comments under one post. A root stands before everything that answers in its thread. */
export const holdDiscussion = (options: DiscussionOptions): readonly Draft[] => {
  const { random, size } = options;
  const drafts: Draft[] = [];
  const planned = [...options.longThreads];
  let time = options.startedAt;
  while (drafts.length < size) {
    time = later(options, time, 0.03);
    const root = drafts.length;
    drafts.push(draftRoot(options, time));
    const replies = Math.min(planned.shift() ?? threadLength(random), size - drafts.length);
    let replyTime = time;
    for (let index = 0; index < replies; index += 1) {
      replyTime = later(options, replyTime, 0.01);
      drafts.push(draftReply(options, { root, thread: drafts.slice(root), time: replyTime }));
    }
  }
  return drafts;
};

/** Most remarks stay unanswered; some draw a handful of replies; quarrels are rare. */
const threadLength = (random: Random): number => {
  if (random.chance(0.68)) return 0;
  return random.chance(0.05) ? random.int(8, 14) : random.int(1, 4);
};

/** Comments come fast at first and slow down: each waits for a share of the time that is left. */
const later = ({ random, until }: DiscussionOptions, from: number, share: number): number => {
  const time = Math.round(from + 5 + random.unit() ** 2 * share * Math.min(until - from, 30 * 86_400));
  // At night nearly everybody sleeps and writes in the morning.
  const isNight = hourAt(time) < 7 && random.chance(0.9);
  return Math.min(until, isNight ? time + (7 - hourAt(time)) * 3_600 + random.int(0, 9_000) : time);
};

const draftRoot = (options: DiscussionOptions, date: number): Draft => {
  const { random, topic } = options;
  const fromId = pickAuthorId(options);
  const text = fromId === options.ownerId ? writeOfficial(random) : writeComment(random, topic);
  return finish(options, { root: null, answers: null, fromId, date, text });
};

type ReplyPlace = { readonly root: number; readonly thread: readonly Draft[]; readonly time: number };

const draftReply = (options: DiscussionOptions, { root, thread, time }: ReplyPlace): Draft => {
  const { random, topic, people, ownerId } = options;
  const answered = random.chance(0.55) ? 0 : random.int(0, thread.length - 1);
  const to = thread[answered];
  const fromId = random.chance(0.06) ? ownerId : pickAuthorId(options);
  const words = fromId === ownerId ? writeOfficial(random) : writeReply(random, topic);
  const name = to === undefined ? undefined : people.byId(to.fromId)?.firstName;
  const address = to !== undefined && name !== undefined && (answered > 0 || random.chance(0.4)) ? `[id${to.fromId}|${name}], ` : '';
  return finish(options, { root, answers: root + answered, fromId, date: time, text: address + words });
};

const pickAuthorId = ({ random, people, neighbours, ownerId }: DiscussionOptions): number => {
  const kind = random.unit();
  if (kind < 0.015) return ownerId;
  if (kind < 0.04 && neighbours.length > 0) return -random.pick(neighbours);
  return people.pickAuthor(random).id;
};

type Said = Pick<Draft, 'root' | 'answers' | 'fromId' | 'date' | 'text'>;

const finish = ({ random }: DiscussionOptions, said: Said): Draft => {
  const likes = random.chance(0.5) ? 0 : Math.floor(random.unit() ** 4 * 90);
  const hasAttachment = random.chance(0.07);
  const attachments = hasAttachment ? [makeAttachment(random, said.fromId)] : [];
  // Half of what carries an attachment is nothing but the attachment.
  const text = hasAttachment && random.chance(0.5) ? '' : said.text;
  return random.chance(0.012)
    ? { ...said, text: '', attachments: [], likes: 0, isDeleted: true }
    : { ...said, text, attachments, likes, isDeleted: false };
};
