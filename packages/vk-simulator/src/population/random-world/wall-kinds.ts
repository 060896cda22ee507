import type { Community, Refusal } from '../model.ts';
import type { Random } from '../random.ts';

const readable = ['community', 'page', 'event', 'user'] as const;
const odd = ['empty', 'closed', 'private', 'privateUser', 'deleted', 'banned', 'deletedUser', 'blocked', 'off'] as const;

/** What a wall is. `off`: switched off by its owner; `blocked`: by VK; `empty`: readable, without posts. */
export type WallKind = (typeof readable)[number] | (typeof odd)[number];

/** Posts can be read, and there are some. */
export const isReadable = (kind: WallKind): boolean => readable.some((it) => it === kind);

/** The first wall of a world can be read: otherwise a test of a reader would often prove nothing. */
export const pickKind = (random: Random, isFirst: boolean): WallKind =>
  isFirst || random.chance(0.5) ? random.pick(readable) : random.pick(odd);

const members = 'this wall available only for community members';

/** Why VK does not show the wall; undefined when it does. */
export const refusalOf = (kind: WallKind, random: Random): Refusal | undefined => {
  switch (kind) {
    case 'community':
    case 'page':
    case 'event':
    case 'user':
    case 'empty':
      return undefined;
    case 'closed':
      return { code: 15, detail: members };
    case 'private':
      return random.chance(0.5) ? { code: 15, detail: members } : { code: 203 };
    case 'privateUser':
      return { code: 30 };
    case 'deleted':
    case 'banned':
    case 'deletedUser':
      return { code: 18 };
    case 'blocked':
      return { code: 19 };
    case 'off':
      return { code: 15, detail: 'wall is disabled' };
  }
};

/** What `groups.getById` tells of communities that are not simply open. */
export const communityKinds: Readonly<Partial<Record<WallKind, Partial<Community>>>> = {
  closed: { isClosed: 1 },
  private: { isClosed: 2 },
  deleted: { deactivated: 'deleted' },
  banned: { deactivated: 'banned' },
};

type Place = { readonly place: number; readonly index: number; readonly random: Random };

const COMMUNITIES = 10_000_000;
const PEOPLE = 1_000_000_000;
/** Sixteen digits: as far as numbers of JavaScript are exact. VK's own are 64 bits wide. */
const LONG = 9_007_199_000_000_000;

/** Communities have negative ids; those of people are short, beyond 32 bits, or near the end of what there is. */
export const ownerOf = (kind: WallKind, { place, index, random }: Place): { readonly ownerId: number; readonly screenName: string } => {
  const isPerson = kind === 'user' || kind === 'privateUser' || kind === 'deletedUser';
  const ownerId = isPerson ? random.pick([PEOPLE, 5 * PEOPLE, LONG]) + place * 100 + index : -(COMMUNITIES + place * 20 + index);
  return { ownerId, screenName: `${isPerson ? 'person' : 'wall'}_${place}_${index}` };
};
