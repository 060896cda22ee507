import type { CacheKey } from './cache.ts';
import { freshMs, graceMs } from './cache-times.ts';

/** A value made ready for keeping. */
export type Written<T> = {
  readonly value: T;
  readonly text: string;
  readonly bytes: number;
  readonly isNegative: boolean;
  /** How long it is fresh, and how long it is kept in all. */
  readonly leftMs: number;
  readonly keepMs: number;
};

export const isNegative = <T>(key: CacheKey<T>, value: T): boolean =>
  key.isNegative === undefined ? value === null : key.isNegative(value);

/** Undefined when the value is larger than its kind allows, or no text can be made of it. */
export const writeValue = <T>(key: CacheKey<T>, value: T, random: () => number): Written<T> | undefined => {
  const text = textOf(value);
  if (text === undefined || text.length > key.kind.maxBytes) return undefined;
  const bytes = Buffer.byteLength(text);
  if (bytes > key.kind.maxBytes) return undefined;
  const negative = isNegative(key, value);
  const leftMs = freshMs(key.kind, { isNegative: negative, random });
  return { value, text, bytes, isNegative: negative, leftMs, keepMs: leftMs + graceMs(key.kind) };
};

/** Undefined when it is not a value of this key: another version wrote it, or something else did. */
export const readValue = <T>(key: CacheKey<T>, raw: unknown): { readonly value: T } | undefined => {
  try {
    return { value: key.parse(raw) };
  } catch {
    return undefined;
  }
};

export const readText = <T>(key: CacheKey<T>, text: string): { readonly value: T } | undefined => {
  try {
    return { value: key.parse(JSON.parse(text)) };
  } catch {
    return undefined;
  }
};

const textOf = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(value);
  } catch {
    // A cycle or a bigint: good for the caller, not for keeping.
    return undefined;
  }
};
