import { z } from 'zod';

/** An id of VK: a number, or decimal text where a number could not hold it. Comes out as decimal text. */
export const Id = z.union([z.int(), z.string().regex(/^-?\d{1,20}$/)]).transform(String);

/** Seconds since 1970 as VK writes all its times. */
export const UnixTime = z.int().transform((seconds) => new Date(seconds * 1_000));

/** VK writes some flags as 0 and 1, some as booleans. */
export const Flag = z.union([z.boolean(), z.int().transform((value) => value !== 0)]);

/** PostgreSQL refuses NUL and half surrogate pairs; VK lets both through. Nothing else is changed. */
export const Text = z.string().transform((text) => text.replaceAll('\0', '').toWellFormed());

/** Who wrote: users are positive, communities negative. */
export const authorKeyOf = (signedId: string): string => (signedId.startsWith('-') ? `club${signedId.slice(1)}` : `id${signedId}`);
