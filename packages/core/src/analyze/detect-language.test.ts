import { describe, expect, test } from '@jest/globals';
import { detectLanguage } from './detect-language.ts';

describe('detectLanguage', () => {
  test.each([
    ['ru', 'Это было вчера'],
    ['ru', 'СЪЕЗД'],
    ['ru', 'спасибо за товар'],
    ['ru', 'Ваш iPhone сломался, это обман'],
    ['uk', 'Їжа приїхала холодна'],
    ['uk', 'привіт'],
    ['uk', 'дуже добре'],
    ['kk', 'Өте жақсы'],
    ['kk', 'Сәлем, қалайсың?'],
    ['en', 'thank you'],
    ['en', 'This is the best service'],
    ['en', 'I don’t like it'],
    ['ka', 'გამარჯობა'],
    ['und', 'привет'],
    ['und', 'норм'],
    ['und', 'privet kak dela'],
    ['und', 'lol'],
    ['und', 'das ist gut'],
    ['und', 'to je to'],
    ['und', 'Прывітанне, сябры! Як вы?'],
    ['und', 'Ғафу итегеҙ'],
    ['und', 'мъж и жена'],
    ['und', '👍 100 !!!'],
    ['und', 'привет hello'],
  ])('then it is %s when the text is "%s"', (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });
});
