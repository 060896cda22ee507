import { functionWords } from './function-words.ts';

/**
 * Language of a text by its letters: those that one language has and its neighbours don't, then words that no neighbour
 * shares. ISO 639-1, or `und` when neither tells: short texts often fit several languages, and a guess would be
 * counted as a fact.
 */
export const detectLanguage = (plain: string): string => {
  const letters = count(plain, /\p{L}/gu);
  if (letters === 0) return UNKNOWN;
  const isMostly = (found: number): boolean => found >= letters * MAJORITY;
  if (isMostly(count(plain, /\p{Script=Cyrillic}/gu))) return cyrillic(plain.toLowerCase());
  if (isMostly(count(plain, /\p{Script=Latin}/gu))) return latin(plain.toLowerCase());
  return scripts.find(({ letter }) => isMostly(count(plain, letter)))?.language ?? UNKNOWN;
};

const UNKNOWN = 'und';
/** Names and brands in other letters don't change what language a sentence is in. */
const MAJORITY = 0.6;

/** Scripts that one language writes. */
const scripts = [
  { letter: /\p{Script=Georgian}/gu, language: 'ka' },
  { letter: /\p{Script=Armenian}/gu, language: 'hy' },
  { letter: /\p{Script=Greek}/gu, language: 'el' },
  { letter: /\p{Script=Hebrew}/gu, language: 'he' },
  { letter: /\p{Script=Hangul}/gu, language: 'ko' },
  { letter: /\p{Script=Thai}/gu, language: 'th' },
];

/** Tatar, Bashkir, Chuvash, Serbian, Belarusian and others: letters of languages that are not told apart here. */
const OTHER_CYRILLIC = /[җҙҫҡҳҷӣӯӑӗӳјљњћђџѓќѕў]/;
const KAZAKH = /[әғқңөұүһ]/;
const UKRAINIAN = /[їєґ]/;
/** ъ counts before a soft vowel only, where Russian has it; Bulgarian writes it between consonants. */
const RUSSIAN = /[ёыэ]|ъ[еюя]/;

const RUSSIAN_ONLY = /^[а-яё\P{L}]*$/u;
/**
 * From so many letters on, none of them foreign to Russian: a Ukrainian text of this length has і, ї, є or ґ in three cases
 * of four, and most people who comment here write Russian, so the guess is wrong in about one of a hundred.
 */
const PLENTY = 15;

const cyrillic = (text: string): string => {
  if (OTHER_CYRILLIC.test(text)) return UNKNOWN;
  if (KAZAKH.test(text)) return 'kk';
  const isRussian = RUSSIAN.test(text);
  // і together with ы or э is Belarusian or Kazakh, or two languages in one comment.
  if (UKRAINIAN.test(text) || text.includes('і')) return isRussian ? UNKNOWN : 'uk';
  if (isRussian) return 'ru';
  const words = wordsOf(text);
  const [ru, uk] = [known(words, functionWords.ru), known(words, functionWords.uk)];
  if (ru !== uk) return ru > uk ? 'ru' : 'uk';
  return RUSSIAN_ONLY.test(text) && count(text, /\p{L}/gu) >= PLENTY ? 'ru' : UNKNOWN;
};

/** One of the words that only English has in ten, or three that it shares with others. */
const latin = (text: string): string => {
  const words = wordsOf(text);
  const own = known(words, functionWords.en);
  const shared = known(words, functionWords.enShared);
  const isPlausible = own > 0 ? (own + shared) * 10 >= words.length : shared >= 3;
  const isPlain = !/[\u0080-\u024f\u1e00-\u1eff]/.test(text);
  return isPlausible && (isPlain || own > 1) ? 'en' : UNKNOWN;
};

const wordsOf = (text: string): readonly string[] => text.match(/[\p{L}\p{M}]+(?:['’]\p{L}+)*/gu) ?? [];
/** Different words of the list. */
const known = (words: readonly string[], list: ReadonlySet<string>): number =>
  new Set(words.filter((word) => list.has(word.replace('’', "'")))).size;
const count = (text: string, letter: RegExp): number => text.match(letter)?.length ?? 0;
