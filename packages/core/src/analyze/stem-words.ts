import { stemmer as stemEnglish } from '@orama/stemmers/english';
import { stemmer as stemRussian } from '@orama/stemmers/russian';
import { stemmer as stemUkrainian } from '@orama/stemmers/ukrainian';
import { stopWords } from './function-words.ts';

/** A word of a text: as compared (lower case, ё as е), and its stem. */
export type StemmedWord = { readonly word: string; readonly stem: string };

/**
 * The words of a text in their order. Which stemmer takes a word depends on its own letters only, never on the text
 * around it: a keyword and a comment must come to the same stem.
 */
export const stemWords = (plain: string): readonly StemmedWord[] =>
  (plain.normalize('NFC').toLowerCase().match(WORD) ?? []).map((found) => {
    const word = found.replaceAll('ё', 'е').replaceAll('’', "'");
    return { word, stem: stemOf(word) };
  });

/** The stems that say what a text is about, each once: no stop words, no numbers, no single letters. */
export const contentStems = (words: readonly StemmedWord[]): readonly string[] => [
  ...new Set(words.filter(({ word }) => word.length > 1 && HAS_LETTER.test(word) && !stopWords.has(word)).map(({ stem }) => stem)),
];

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)*/gu;
const HAS_LETTER = /\p{L}/u;
const RUSSIAN_WORD = /^[а-я]+$/;
const UKRAINIAN_WORD = /^[а-яіїєґ']+$/;
const ENGLISH_WORD = /^[a-z']+$/;

/** Words of other letters, or mixed ones like `ps5`, stay as they are. */
const stemOf = (word: string): string => {
  if (RUSSIAN_WORD.test(word)) return stemRussian(word);
  if (UKRAINIAN_WORD.test(word)) return stemUkrainian(word);
  if (ENGLISH_WORD.test(word)) return stemEnglish(word);
  return word;
};
