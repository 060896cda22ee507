import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { digestsEqual, generateApiKey, parseApiKey } from './api-keys.ts';

describe('a key of the API', () => {
  test('when it is made, then it can be taken apart again', () => {
    const { keyId, text, digest } = generateApiKey();
    expect(text).toMatch(/^otk_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/);
    expect(parseApiKey(text)).toEqual({ keyId, digest });
  });

  test('when it is stored, then only the SHA-256 of its secret is', () => {
    const { text, digest } = generateApiKey();
    const secret = text.split('_')[2]?.slice(0, 43) ?? '';
    expect(digest).toEqual(createHash('sha256').update(secret).digest());
  });

  test('when many are made, then no two are alike and every character comes up', () => {
    const keys = Array.from({ length: 200 }, () => generateApiKey());
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(200);
    expect(new Set(keys.flatMap(({ text }) => [...(text.split('_')[2]?.slice(0, 43) ?? '')])).size).toBe(62);
  });

  test('when any one character is mistyped, then its check digits tell', () => {
    const { text } = generateApiKey();
    for (const [at, char] of [...text].entries()) {
      const wrong = text.slice(0, at) + (char === 'A' ? 'B' : 'A') + text.slice(at + 1);
      expect(parseApiKey(wrong)).toBeNull();
    }
  });

  test('when two neighbours are swapped, then its check digits tell', () => {
    const { text } = generateApiKey();
    for (let at = 17; at < text.length - 1; at += 1) {
      const swapped = text.slice(0, at) + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2);
      if (swapped !== text) expect(parseApiKey(swapped)).toBeNull();
    }
  });

  test('when it is cut, padded or something else, then it is none', () => {
    const { text } = generateApiKey();
    for (const wrong of ['', 'otk_', text.slice(0, -1), `${text}A`, ` ${text}`, `${text}\n`, text.toLowerCase(), 'vk1.a.abc'])
      expect(parseApiKey(wrong)).toBeNull();
  });

  test('when the parts of two keys are mixed, then it is none', () => {
    const [a, b] = [generateApiKey(), generateApiKey()];
    expect(parseApiKey(a.text.replace(a.keyId, b.keyId))).toBeNull();
  });
});

describe('comparing digests', () => {
  test('when they are of the same secret, then they are equal; of another or of another length, they are not', () => {
    const { text, digest } = generateApiKey();
    const parsed = parseApiKey(text)?.digest ?? Buffer.alloc(0);
    expect(digestsEqual(parsed, new Uint8Array(digest))).toBe(true);
    expect(digestsEqual(parsed, generateApiKey().digest)).toBe(false);
    expect(digestsEqual(parsed, digest.subarray(1))).toBe(false);
  });
});
