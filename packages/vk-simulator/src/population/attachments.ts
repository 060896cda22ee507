import type { Attachment } from './model.ts';
import type { Random } from './random.ts';

const kinds = ['sticker', 'sticker', 'photo', 'photo', 'graffiti', 'video', 'doc'] as const;

/** Something to hang on a text; the owner is whoever wrote it. */
export const makeAttachment = (random: Random, ownerId: number): Attachment => {
  if (random.chance(0.06)) return { kind: 'link', url: `https://gorod.example/a/${random.int(1, 9_999)}`, title: 'Новости Северореченска' };
  return { kind: random.pick(kinds), id: random.int(457_000_000, 457_999_999), ownerId };
};

export const makePhoto = (random: Random, ownerId: number): Attachment => ({
  kind: 'photo',
  id: random.int(457_000_000, 457_999_999),
  ownerId,
});
