import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { SecretUnreadableError } from '../errors/infrastructure-errors.ts';
import { parseConfig } from '../config/parse-config.ts';
import { z } from 'zod';
import { type SealedSecret, type SecretPlace, createKeyring } from './keyring.ts';
import { KeyringText, generateRingKey } from './keyring-text.ts';

const aKey = (id: string) => ({ id, key: randomBytes(32) });
const SECRET = 'vk1.a.canary';
const place: SecretPlace = { workspaceId: 'w1', id: 't1', purpose: 'vk-token' };

const refusalOf = (open: () => unknown): string => {
  try {
    open();
  } catch (thrown) {
    if (!(thrown instanceof SecretUnreadableError)) throw thrown;
    expect(JSON.stringify([thrown.message, thrown.context])).not.toContain(SECRET);
    return thrown.code;
  }
  return 'opened';
};
const flipped = (bytes: Uint8Array, at: number): Uint8Array => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
};

describe('a sealed secret', () => {
  test('when it is opened in its place, then it is what it was, and nothing that is stored shows it', () => {
    const ring = createKeyring([aKey('a')]);
    const sealed = ring.seal(SECRET, place);
    expect(ring.open(sealed, place)).toBe(SECRET);
    expect(Buffer.concat([sealed.wrappedKey, sealed.sealed]).includes(SECRET)).toBe(false);
  });

  test('when the same secret is sealed twice, then nothing of it is alike', () => {
    const ring = createKeyring([aKey('a')]);
    const [one, two] = [ring.seal(SECRET, place), ring.seal(SECRET, place)];
    expect(Buffer.compare(one.sealed, two.sealed)).not.toBe(0);
    expect(Buffer.compare(one.wrappedKey, two.wrappedKey)).not.toBe(0);
  });

  test.each([
    ['another row', { id: 't2' }],
    ['another workspace', { workspaceId: 'w2' }],
    ['another purpose', { purpose: 'webhook' }],
  ])('when it was moved to %s, then it does not open', (_what, moved) => {
    const ring = createKeyring([aKey('a')]);
    expect(refusalOf(() => ring.open(ring.seal(SECRET, place), { ...place, ...moved }))).toBe('SECRET_UNREADABLE');
  });

  test('when parts of two secrets of one place are mixed, then neither opens', () => {
    const ring = createKeyring([aKey('a')]);
    const [one, two] = [ring.seal(SECRET, place), ring.seal('other', place)];
    expect(refusalOf(() => ring.open({ ...one, sealed: two.sealed }, place))).toBe('SECRET_UNREADABLE');
    expect(refusalOf(() => ring.open({ ...one, sealed: one.wrappedKey }, place))).toBe('SECRET_UNREADABLE');
  });

  test('when any one bit of it is another, or it is cut, then it does not open', () => {
    const ring = createKeyring([aKey('a')]);
    const sealed = ring.seal(SECRET, place);
    const broken: SealedSecret[] = [{ ...sealed, sealed: sealed.sealed.subarray(0, 20) }];
    for (let at = 0; at < sealed.sealed.length; at += 1) broken.push({ ...sealed, sealed: flipped(sealed.sealed, at) });
    for (let at = 0; at < sealed.wrappedKey.length; at += 1) broken.push({ ...sealed, wrappedKey: flipped(sealed.wrappedKey, at) });
    for (const one of broken) expect(refusalOf(() => ring.open(one, place))).toBe('SECRET_UNREADABLE');
  });

  test('when its key is not in the ring, or another one has its id, then that is told apart', () => {
    const sealed = createKeyring([aKey('a')]).seal(SECRET, place);
    expect(refusalOf(() => createKeyring([aKey('b')]).open(sealed, place))).toBe('KEY_MISSING');
    expect(refusalOf(() => createKeyring([aKey('a')]).open(sealed, place))).toBe('SECRET_UNREADABLE');
  });
});

describe('a new key in front', () => {
  const [old, fresh] = [aKey('2025'), aKey('2026')];
  const sealed = createKeyring([old]).seal(SECRET, place);

  test('when older keys stay behind it, then everything opens, and new secrets are sealed with it', () => {
    const ring = createKeyring([fresh, old]);
    expect([ring.open(sealed, place), ring.seal(SECRET, place).keyId, ring.keyIds]).toEqual([SECRET, '2026', ['2026', '2025']]);
  });

  test('when a secret was wrapped again, then it opens without the old key, and its text was not touched', () => {
    const again = createKeyring([fresh, old]).rewrap(sealed, place);
    expect([again.keyId, again.sealed]).toEqual(['2026', sealed.sealed]);
    expect(createKeyring([fresh]).open(again, place)).toBe(SECRET);
  });
});

describe('OTKLIK_KEYRING', () => {
  const read = (text: string) => parseConfig(z.object({ OTKLIK_KEYRING: KeyringText }), { OTKLIK_KEYRING: text }).OTKLIK_KEYRING;
  const [one, two] = [generateRingKey(new Date('2026-11-26')), 'old_1:'.concat(randomBytes(32).toString('base64url'))];

  test('when it holds keys, one a line or with commas, then the first is the current one', () => {
    expect(read(`${one},${two}`).keyIds).toEqual([one.split(':')[0], 'old_1']);
    expect(read(`\n${two}\n  ${one}\n`).currentKeyId).toBe('old_1');
    expect(one).toMatch(/^2026-11-26-[0-9a-f]{4}:/);
  });

  test.each([
    ['a key that is too short', `${one},b:${randomBytes(31).toString('base64')}`, 'key 2 must look like'],
    ['a key without an id', randomBytes(32).toString('base64'), 'key 1 must look like'],
    ['an id twice', `${two},${two}`, 'the id old_1 stands there twice'],
    ['nothing', ' , ', 'holds no key'],
  ])('when it has %s, then it is refused without telling its bytes', (_what, text, told) => {
    expect(() => read(text)).toThrow(told);
    const secrets = text.split(',').map((entry) => entry.split(':').at(-1)?.trim() ?? '');
    try {
      read(text);
    } catch (thrown) {
      for (const secret of secrets.filter((part) => part.length > 20)) expect(String(thrown)).not.toContain(secret);
    }
  });
});
