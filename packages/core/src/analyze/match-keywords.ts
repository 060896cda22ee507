import type { KeywordRow } from '@otklik/contracts';
import { type StemmedWord, stemWords } from './stem-words.ts';

/**
 * A phrase in the form that is compared and that is unique: the stems of its words, so "Доставка еды" and "доставку
 * еды" are the same. Empty when the phrase has no words.
 */
export const normalizePhrase = (phrase: string): string =>
  stemWords(phrase)
    .map(({ stem }) => stem)
    .join(' ');

/** Ids of the keywords whose words follow each other in a text, in any form of theirs. */
export type MatchKeywords = (words: readonly StemmedWord[]) => readonly string[];

/** Looks up each word of a text once, however many keywords there are. */
export const makeMatchKeywords = (keywords: readonly Pick<KeywordRow, 'id' | 'normalized'>[]): MatchKeywords => {
  const byFirst = new Map<string, Phrase[]>();
  for (const { id, normalized } of keywords) {
    const [first = '', ...rest] = normalized.split(' ');
    byFirst.set(first, [...(byFirst.get(first) ?? []), { id, rest }]);
  }
  return (words) => {
    const hits = new Set<string>();
    words.forEach(({ stem }, index) => {
      for (const { id, rest } of byFirst.get(stem) ?? []) {
        if (rest.every((next, place) => words[index + 1 + place]?.stem === next)) hits.add(id);
      }
    });
    return [...hits];
  };
};

type Phrase = { readonly id: string; readonly rest: readonly string[] };
