import { describe, expect, test } from '@jest/globals';
import { deep, runSeed } from '@otklik/testing';
import fc from 'fast-check';
import { readTarget } from './read-target.ts';

const walls: readonly (readonly [text: string, ref: string])[] = [
  ['-1', '-1'],
  ['1', '1'],
  ['club1', '-1'],
  ['Public1', '-1'],
  ['event1', '-1'],
  ['id1', '1'],
  ['@id1', '1'],
  ['@club1', '-1'],
  ['wall-1', '-1'],
  ['wall1', '1'],
  ['apiclub', 'apiclub'],
  ['ApiClub', 'apiclub'],
  ['@apiclub', 'apiclub'],
  ['durov.pavel', 'durov.pavel'],
  ['tv', 'tv'],
  ['a'.repeat(32), 'a'.repeat(32)],
  ['9gag', '9gag'],
  ['club1x', 'club1x'],
  ['photo2020', 'photo2020'],
  ['__proto__', '__proto__'],
  ['  apiclub\u00a0', 'apiclub'],
  ['\u200bhttps://vk.com/apiclub\u200b', 'apiclub'],
  ['https://vk.com/club1', '-1'],
  ['http://vk.com/public1', '-1'],
  ['https://vk.com/event1', '-1'],
  ['https://vk.com/id1', '1'],
  ['https://vk.com/apiclub', 'apiclub'],
  ['https://vk.com/@apiclub', 'apiclub'],
  ['vk.com/apiclub', 'apiclub'],
  ['//vk.com/apiclub', 'apiclub'],
  ['/apiclub', 'apiclub'],
  ['apiclub/', 'apiclub'],
  ['HTTPS://VK.COM/ApiClub', 'apiclub'],
  ['VK.com/CLUB1', '-1'],
  ['vk.ru/apiclub', 'apiclub'],
  ['https://m.vk.com/apiclub', 'apiclub'],
  ['https://m.vk.ru/club1', '-1'],
  ['www.vk.com/apiclub', 'apiclub'],
  ['https://new.vk.com/apiclub', 'apiclub'],
  ['http://vkontakte.ru/club1', '-1'],
  ['vk.com:443/apiclub', 'apiclub'],
  ['vk.com./apiclub', 'apiclub'],
  ['https://vk.com/apiclub/', 'apiclub'],
  ['https://vk.com//apiclub//', 'apiclub'],
  ['https://vk.com/%61piclub', 'apiclub'],
  ['https://vk.com/club1?from=search&utm_source=x#wall', '-1'],
  ['https://vk.com/wall-1?own=1&offset=20', '-1'],
  ['https://vk.com/apiclub?w=on', 'apiclub'],
  ['vk.com\\apiclub', 'apiclub'],
];

const posts: readonly (readonly [text: string, ref: string])[] = [
  ['-1_45', '-1_45'],
  ['1_45', '1_45'],
  ['wall-1_45', '-1_45'],
  ['wall1_45', '1_45'],
  ['WALL-1_45', '-1_45'],
  ['wall-1_45?reply=3', '-1_45'],
  ['https://vk.com/wall-1_45', '-1_45'],
  ['https://vk.com/wall-1_45_r46', '-1_45'],
  ['https://vk.com/wall-1_45?reply=46&thread=47', '-1_45'],
  ['https://vk.com/wall-1%5F45', '-1_45'],
  ['https://m.vk.com/wall-1_45?from=feed#comments', '-1_45'],
  ['https://vk.com/apiclub?w=wall-1_45', '-1_45'],
  ['https://vk.com/apiclub?w=wall-1_45_r46', '-1_45'],
  ['https://vk.com/feed?w=wall-1_45%2Fall', '-1_45'],
  ['https://vk.com/?w=wall-1_45', '-1_45'],
  ['?w=wall-1_45', '-1_45'],
  ['https://vk.com/im?sel=1&w=wall1_45', '1_45'],
  ['https://vk.com/wall-1_45?z=photo-1_2%2Fwall-1_45', '-1_45'],
  ['https://vk.com/wall-9223372036854775807_1', '-9223372036854775807_1'],
];

const faults: readonly (readonly [text: string, reason: RegExp])[] = [
  ['', /^is empty$/],
  [' \ufeff\u200b', /^is empty$/],
  ['https://example.com/apiclub', /leads to example\.com, not to VK/],
  ['example.org/club1', /leads to example\.org/],
  ['example.com', /address of a site/],
  ['https://vk.com.example.org/club1', /leads to vk\.com\.example\.org/],
  ['https://vk.com@example.org/club1', /leads to example\.org/],
  ['https://api.vk.com/method/wall.get', /leads to api\.vk\.com/],
  ['https://vk.cc/abc', /short link/],
  ['vk.me/apiclub', /link to a chat/],
  ['ftp://vk.com/club1', /must begin with https/],
  ['javascript:alert(1)', /must begin with https/],
  ['https://', /no readable address/],
  ['vk.com', /names no page/],
  ['https://m.vk.com/?from=x', /names no page/],
  ['https://vk.com/photo-1_2', /a photo/],
  ['https://vk.com/apiclub?z=photo-1_2%2Falbum-1_00', /a photo/],
  ['vk.com/video-1_2', /a video/],
  ['vk.com/clip-1_2', /a video/],
  ['vk.com/album-1_00', /an album/],
  ['vk.com/topic-1_2?post=3', /a discussion/],
  ['vk.com/board1', /a discussion/],
  ['vk.com/apiclub?w=product-1_2', /goods/],
  ['vk.com/audio-1_2', /music/],
  ['vk.com/doc1_2', /a file/],
  ['vk.com/story-1_2', /a story/],
  ['vk.com/page-1_2', /a wiki page/],
  ['vk.com/poll-1_2', /a poll/],
  ['vk.com/app123_-1', /an app/],
  ['vk.com/im?sel=1', /a chat/],
  ['vk.com/@apiclub-about-something', /an article/],
  ['vk.com/feed', /page of VK itself/],
  ['feed', /page of VK itself/],
  ['@wall', /page of VK itself/],
  ['vk.com/search?q=x', /page of VK itself/],
  ['vk.com/video_ext.php?oid=1', /page of VK itself/],
  ['https://vk.com/away.php?to=https%3A%2F%2Fvk.com%2Fclub1', /leads out of VK/],
  ['vk.com/1', /a number as its page/],
  ['vk.com/apiclub/more', /deeper/],
  ['vk.com/%ff', /percent-encoding/],
  ['0', /an id that VK never gives/],
  ['club0', /an id that VK never gives/],
  ['club01', /an id that VK never gives/],
  ['-9223372036854775808', /an id that VK never gives/],
  ['-1_0', /an id that VK never gives/],
  ['wall-1_99999999999999999999', /an id that VK never gives/],
  ['клуб', /must be an address/],
  ['no wall', /must be an address/],
  ['mail@vk.com', /address of a site/],
  ['...', /must be an address/],
  ['a\0b', /must be an address/],
  ['\ud800', /must be an address/],
  ['x', /must be an address/],
  ['a'.repeat(33), /must be an address/],
  ['vk1.a.Zm9vYmFy-Zm9vYmFy_Zm9v', /looks like a token/],
  ['vk1.a.Zm9vYmFy/?', /looks like a token/],
  ['5fEcEb66'.repeat(10), /looks like a token/],
  ['https://oauth.vk.com/blank.html#access_token=vk1.a.Zm9v&expires_in=0', /looks like a token/],
  [`vk.com/apiclub?access_token=${'0a'.repeat(42)}5`, /looks like a token/],
  [`https://${'0a'.repeat(40)}`, /looks like a token/],
  ['otk_A1b2C3d4E5f6_secretsecretsecret', /looks like a token/],
];

describe('what people write for a target', () => {
  test.each(walls)('when it is %j, then that is the wall %s', (text, ref) => {
    expect(readTarget(text)).toEqual({ kind: 'wall', ref });
  });

  test.each(posts)('when it is %j, then that is the post %s', (text, ref) => {
    expect(readTarget(text)).toEqual({ kind: 'post', ref });
  });

  test.each(faults)('when it is %j, then that is neither, and it says why: %s', (text, reason) => {
    expect(readTarget(text)).toEqual({ kind: 'invalid', reason: expect.stringMatching(reason) });
  });

  test('when it is longer than any address, then that is said, and not looked at', () => {
    expect(readTarget('x'.repeat(2_049))).toEqual({ kind: 'invalid', reason: 'is longer than 2048 characters' });
  });

  const part = fc.oneof(
    fc.constantFrom(
      'vk.com',
      'm.',
      'https://',
      '/',
      '?w=',
      'wall',
      '-1',
      '_45',
      'club',
      'id',
      '@',
      'photo',
      '%',
      '%5F',
      '#',
      '.',
      'ru',
      ' ',
    ),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.string({ maxLength: 6 }),
  );

  test('when it is anything at all, then nothing is thrown, and what was understood is understood as the same again', () => {
    const texts = fc.array(part, { maxLength: 7 }).map((parts) => parts.join(''));
    let understood = 0;
    const property = fc.property(texts, (text) => {
      const read = readTarget(text);
      if (read.kind === 'invalid') return expect(read.reason).toMatch(/^[a-z].{5,150}$/s);
      understood += 1;
      expect(readTarget(read.ref)).toEqual(read);
    });
    fc.assert(property, { numRuns: deep(2_000, 200_000), seed: runSeed() });
    expect(understood).toBeGreaterThan(100);
  });
});
