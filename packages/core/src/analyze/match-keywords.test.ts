import { describe, expect, test } from '@jest/globals';
import { makeMatchKeywords, normalizePhrase } from './match-keywords.ts';
import { contentStems, stemWords } from './stem-words.ts';

const hits = (phrase: string, text: string): boolean =>
  makeMatchKeywords([{ id: 'k', normalized: normalizePhrase(phrase) }])(stemWords(text)).includes('k');

describe('keywords', () => {
  test.each([
    ['доставка', 'Заказывал ДОСТАВКУ домой'],
    ['тёплая одежда', 'берите теплую одежду'],
    ['не работает', 'Сайт не работает'],
    ['iPhone 15', 'взял iphone 15 и рад'],
    ['delivery', 'two deliveries'],
    ["don't like", 'I don’t like it'],
    ['їжа', 'замовив їжу'],
    ['кафе́', 'в кафе́ были'],
  ])('when "%s" is looked for, then "%s" is a hit', (phrase, text) => expect(hits(phrase, text)).toBe(true));

  test.each([
    ['доставка еды', 'доставка вкусной еды'],
    ['еда доставка', 'доставка еды'],
    ['кот', 'который'],
    ['доставка еды', 'доставка'],
    ['цена', 'оценили'],
  ])('when "%s" is looked for, then "%s" is none', (phrase, text) => expect(hits(phrase, text)).toBe(false));

  test('when several keywords begin alike, then each is told apart', () => {
    const match = makeMatchKeywords(
      ['доставка', 'доставка еды', 'доставка цветов'].map((phrase) => ({ id: phrase, normalized: normalizePhrase(phrase) })),
    );
    expect(match(stemWords('доставкой еды, доставка!'))).toEqual(['доставка', 'доставка еды']);
  });

  test('when a phrase has no words, then its normal form is empty', () => expect(normalizePhrase('👍 !?')).toBe(''));
});

describe('contentStems', () => {
  test('when a text repeats words and has stop words, numbers and letters, then only what it is about is left', () => {
    expect(contentStems(stemWords('И это была ещё одна Доставка: доставку ждали 2 дня, а я в PS5 играл the end'))).toEqual(
      ['одна', 'доставка', 'ждали', 'дня', 'ps5', 'играл', 'end'].flatMap((word) => stemWords(word).map(({ stem }) => stem)),
    );
  });
});
