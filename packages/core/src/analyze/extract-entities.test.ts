import { describe, expect, test } from '@jest/globals';
import { extractEntities } from './extract-entities.ts';

const entitiesOf = (text: string) => extractEntities(text).entities;
const plainOf = (text: string) => extractEntities(text).plain.replace(/\s+/g, ' ').trim();

describe('extractEntities', () => {
  test.each([
    ['[id1|Павел], привет', ['id1'], ', привет'],
    ['[club45|Группа] и [public45|Она же]', ['club45'], 'и'],
    ['[id7:bp-2_3|Имя], да', ['id7'], ', да'],
    ['@id9223372036854775807 (Имя) согласен', ['id9223372036854775807'], 'согласен'],
    ['*club2 (Сообщество) тут', ['club2'], 'тут'],
    ['спросите @id5', ['id5'], 'спросите'],
    ['пишите на mail@id5.ru', [], 'пишите на mail@id5.ru'],
    ['[id0|никто] [идея|скобки]', [], '[id0|никто] [идея|скобки]'],
  ])('when a comment says "%s", then it mentions %j and "%s" is left', (text, mentions, plain) => {
    expect(entitiesOf(text).mentions).toEqual(mentions);
    expect(plainOf(text)).toBe(plain);
  });

  test.each([
    ['смотри https://vk.com/wall-1_2?reply=3.', ['https://vk.com/wall-1_2?reply=3'], 'смотри .'],
    ['(http://a.ru/x_(y)) и (https://b.ru)', ['http://a.ru/x_(y)', 'https://b.ru'], '( ) и ( )'],
    ['сайт.рф, vk.com/durov и т.д.', ['сайт.рф', 'vk.com/durov'], ', и т.д.'],
    ['[https://vk.com/shop|наш магазин] тут', ['https://vk.com/shop'], 'наш магазин тут'],
    ['[vk.ru/shop|сюда]', ['vk.ru/shop'], 'сюда'],
    ['a.ru a.ru', ['a.ru'], ''],
    ['Пришёл.Net', ['Пришёл.Net'], ''],
    ['конец.Начало 1.5 раза', [], 'конец.Начало 1.5 раза'],
  ])('when a comment says "%s", then it links %j and "%s" is left', (text, links, plain) => {
    expect(entitiesOf(text).links).toEqual(links);
    expect(plainOf(text)).toBe(plain);
  });

  test.each([
    ['#Доставка #доставка #еда@club_1', ['#доставка', '#еда@club_1'], 'Доставка доставка еда'],
    ['#2026 год, C#sharp, &#39;', [], '#2026 год, C#sharp, &#39;'],
    ['https://a.ru/#якорь', [], ''],
  ])('when a comment says "%s", then its hashtags are %j and "%s" is left', (text, hashtags, plain) => {
    expect(entitiesOf(text).hashtags).toEqual(hashtags);
    expect(plainOf(text)).toBe(plain);
  });

  test('when emoji are put together from several signs, then each counts as one, and only once', () => {
    expect(entitiesOf('👨‍👩‍👧 👍🏽👍🏽 🇷🇺 1️⃣ ❤️ ❤ 5% © #1').emoji).toEqual(['👨‍👩‍👧', '👍🏽', '🇷🇺', '1️⃣', '❤️', '❤']);
  });

  test('when a text is made to be slow to read, then it is read quickly all the same', () => {
    const started = performance.now();
    for (const part of ['[id1|', 'a.', '@id1 (', '[https://vk.com/', '#a', 'a-']) extractEntities(part.repeat(16_384 / part.length));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
