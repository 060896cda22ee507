import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SecretUnreadableError } from '../errors/infrastructure-errors.ts';

/** What is kept of a secret. Useless without the key of the ring that is named, and in any other place than its own. */
export type SealedSecret = {
  /** Which key of the ring wraps the key of this secret. */
  readonly keyId: string;
  /** A key of the secret's own, under the key of the ring. */
  readonly wrappedKey: Uint8Array;
  /** The secret under its own key. */
  readonly sealed: Uint8Array;
};

/** Where a secret belongs: it opens with exactly this and nowhere else. */
export type SecretPlace = { readonly workspaceId: string; readonly id: string; /** What it is, in a word. */ readonly purpose: string };

/** Seals secrets for a store. Everything that opens throws SecretUnreadableError rather than give something doubtful. */
export type Keyring = {
  /** What new secrets are sealed with. */
  readonly currentKeyId: string;
  readonly keyIds: readonly string[];
  seal(secret: string, place: SecretPlace): SealedSecret;
  open(sealed: SealedSecret, place: SecretPlace): string;
  /** The same secret under the current key. Only its own small key is opened for that, never the secret. */
  rewrap(sealed: SealedSecret, place: SecretPlace): SealedSecret;
};

/** A key of a ring: AES-256. */
export type RingKey = { readonly id: string; readonly key: Uint8Array };

const CIPHER = 'aes-256-gcm';
export const RING_KEY_BYTES = 32;
/** NIST SP 800-38D, 5.2.1.1: with 96 bits no hash is needed to make the counter of them. */
const IV_BYTES = 12;
/** Said explicitly: without it OpenSSL takes shorter tags as well, which are easier to guess. */
const TAG_BYTES = 16;
/** First byte of everything that is sealed, so that another form can come beside this one. */
const FORM = 1;

/** A ring of one key or more; the first one is the current one. */
export const createKeyring = ([current, ...older]: readonly [RingKey, ...RingKey[]]): Keyring => {
  const keys = new Map([current, ...older].map(({ id, key }) => [id, key]));

  const unwrap = ({ keyId, wrappedKey }: SealedSecret, place: SecretPlace): Buffer => {
    const key = keys.get(keyId);
    if (key === undefined)
      throw new SecretUnreadableError('KEY_MISSING', `The keyring has no key ${keyId}: put it back into OTKLIK_KEYRING.`, {
        context: { keyId, keyIds: [...keys.keys()] },
      });
    return decrypt(wrappedKey, { key, about: aboutOf(place, 'key'), keyId });
  };
  const wrap = (ownKey: Uint8Array, place: SecretPlace) => ({
    keyId: current.id,
    wrappedKey: encrypt(ownKey, { key: current.key, about: aboutOf(place, 'key') }),
  });

  return {
    currentKeyId: current.id,
    keyIds: [...keys.keys()],
    seal: (secret, place) => {
      const ownKey = randomBytes(RING_KEY_BYTES);
      return { ...wrap(ownKey, place), sealed: encrypt(Buffer.from(secret), { key: ownKey, about: aboutOf(place, 'secret') }) };
    },
    open: (secret, place) => {
      const key = unwrap(secret, place);
      return decrypt(secret.sealed, { key, about: aboutOf(place, 'secret'), keyId: secret.keyId }).toString();
    },
    rewrap: (secret, place) => ({ ...wrap(unwrap(secret, place), place), sealed: secret.sealed }),
  };
};

/** Authenticated with the text, and not in it: what was moved to another row, or stands for something else, does not open. */
const aboutOf = ({ workspaceId, id, purpose }: SecretPlace, part: 'key' | 'secret'): Buffer =>
  Buffer.from(JSON.stringify(['otklik', FORM, purpose, part, workspaceId, id]));

type Lock = { readonly key: Uint8Array; readonly about: Buffer };

const encrypt = (plain: Uint8Array, { key, about }: Lock): Buffer => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(about);
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.of(FORM), iv, cipher.getAuthTag(), text]);
};

const HEAD_BYTES = 1 + IV_BYTES + TAG_BYTES;

const decrypt = (sealed: Uint8Array, { key, about, keyId }: Lock & { readonly keyId: string }): Buffer => {
  const bytes = Buffer.from(sealed);
  try {
    if (bytes.length < HEAD_BYTES || bytes.readUInt8(0) !== FORM) throw new RangeError('unknown form');
    const iv = bytes.subarray(1, 1 + IV_BYTES);
    const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(about);
    decipher.setAuthTag(bytes.subarray(1 + IV_BYTES, HEAD_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(HEAD_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new SecretUnreadableError(
      'SECRET_UNREADABLE',
      `What is stored does not open with the key ${keyId}: the key is another one than it was, or the row was changed or moved.`,
      { cause, context: { keyId } },
    );
  }
};
