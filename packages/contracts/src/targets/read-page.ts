import { PostRef, VkId } from '../ids.ts';
import { objectOf, reservedReason } from './other-pages.ts';

/** What a text names: a wall (signed id, or screen name in lower case), a post (`<owner>_<post>`), or why it names neither. */
export type ReadTarget =
  | { readonly kind: 'wall'; readonly ref: string }
  | { readonly kind: 'post'; readonly ref: string }
  /** `reason` goes on from the name of the field or line: `is a link to a photo: …`. Holds nothing of the text but a host. */
  | { readonly kind: 'invalid'; readonly reason: string };

/** VK's rules of today are narrower; old names are shorter, and keep their dots. None is longer than 32 characters. */
const SCREEN_NAME = /^(?=.*[a-z0-9])[a-z0-9_.]{2,32}$/;

/** By whom, and its title. */
const ARTICLE = /^@[a-z0-9_.]+-./;

/** VK wants four characters behind a dot, so that no name looks like the address of a site. */
const SITE = /\.(com|ru|org|net|su|info|biz|online)$/;

/**
 * What a word names that is a page of VK, as it stands behind `vk.com/` or by itself. A bare number is a user only by itself:
 * VK has no page under a number.
 */
export const readPage = (text: string, where: 'by itself' | 'in an address' = 'by itself'): ReadTarget => {
  const written = text.toLowerCase();
  if (ARTICLE.test(written)) return linkTo('an article');
  const word = written.replace(/^@/, '');
  return readId(word, where) ?? readOther(word) ?? readName(word);
};

const readId = (word: string, where: string): ReadTarget | null => {
  const [, bare] = /^(-?\d+)$/.exec(word) ?? [];
  if (bare !== undefined && where === 'in an address') return invalid('has a number as its page: a user is /id1, a community /club1');
  if (bare !== undefined) return wall(bare);
  // `_r` and a number: a reply of the post.
  const [, ownerId, postId] = /^(?:wall)?(-?\d+)_(\d+)(?:_r\d+)?$/.exec(word) ?? [];
  if (ownerId !== undefined) return post(`${ownerId}_${postId}`);
  const [, ofWall] = /^wall(-?\d+)$/.exec(word) ?? [];
  if (ofWall !== undefined) return wall(ofWall);
  const [, kind, id] = /^(club|public|event|id)(\d+)$/.exec(word) ?? [];
  return kind === undefined ? null : wall(kind === 'id' ? `${id}` : `-${id}`);
};

const readOther = (word: string): ReadTarget | null => {
  const what = objectOf(word);
  if (what !== null) return linkTo(what);
  const reason = reservedReason(word);
  return reason === null ? null : invalid(reason);
};

const readName = (name: string): ReadTarget => {
  if (SITE.test(name)) return invalid('looks like the address of a site, not like the name of a page at VK');
  if (SCREEN_NAME.test(name)) return { kind: 'wall', ref: name };
  return invalid('must be an address at vk.com, a signed id such as -1, or the name of a page: Latin letters, digits, _ and .');
};

const wall = (ref: string): ReadTarget => (VkId.safeParse(ref).success ? { kind: 'wall', ref } : NO_ID);
const post = (ref: string): ReadTarget => (PostRef.safeParse(ref).success ? { kind: 'post', ref } : NO_ID);

const linkTo = (what: string): ReadTarget => invalid(`is a link to ${what}: walls and posts are collected`);
const invalid = (reason: string): ReadTarget => ({ kind: 'invalid', reason });
const NO_ID = invalid('has an id that VK never gives: from 1 on, within 64 bits, without zeros before it');
