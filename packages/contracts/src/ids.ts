import { z } from 'zod';

/**
 * Public ids are `<prefix>_<32 hex digits of a UUIDv7>`: sortable by creation, unguessable, and a reader sees what
 * they name. Inside the product an id is the plain UUID; doors translate.
 */
const prefixes = {
  job: 'job',
  export: 'exp',
  key: 'key',
  keyword: 'kwd',
  pipeline: 'pip',
  targetList: 'lst',
  vkToken: 'vkt',
  worker: 'wrk',
} as const;
export type IdKind = keyof typeof prefixes;

/** `019a…-…` → `job_019a…`. */
export const toPublicId = (kind: IdKind, uuid: string): string => `${prefixes[kind]}_${uuid.replaceAll('-', '')}`;

/** Schema of a public id of one kind, as it travels. */
export const publicIdText = (kind: IdKind) =>
  z.string().regex(new RegExp(`^${prefixes[kind]}_[0-9a-f]{32}$`), `must look like ${prefixes[kind]}_ and 32 hex digits`);

/** Schema of a public id of one kind; its output is the UUID in the form PostgreSQL prints. */
export const publicId = (kind: IdKind) => publicIdText(kind).transform((text) => dashed(text.slice(prefixes[kind].length + 1)));

/** A 64-bit VK id as decimal text; negative for communities. JSON numbers can't carry all of them. */
export const VkId = z
  .string()
  .regex(/^-?[1-9]\d{0,18}$/, { error: 'must be a VK id such as 1 or -1, not a screen name', abort: true })
  .refine((text) => fitsInt64(text), 'must fit into 64 bits');

/** A post as `<owner>_<post>`, both within 64 bits. */
export const PostRef = z
  .string()
  .regex(/^-?[1-9]\d{0,18}_[1-9]\d{0,18}$/, { error: 'must look like -1_45', abort: true })
  .refine((text) => text.split('_').every(fitsInt64), 'must hold numbers of 64 bits');

/** A post inside of its wall, within 64 bits. */
export const PostNumber = z
  .string()
  .regex(/^[1-9]\d{0,18}$/, { error: 'must be the number of a post, such as 45', abort: true })
  .refine((text) => fitsInt64(text), 'must fit into 64 bits');

/** A comment as `<owner>_<post>_<comment>`: its own number is unique on its wall only. */
export const CommentRef = z
  .string()
  .regex(/^-?[1-9]\d{0,18}_[1-9]\d{0,18}_[1-9]\d{0,18}$/, { error: 'must look like -1_45_46', abort: true })
  .refine((text) => text.split('_').every(fitsInt64), 'must hold numbers of 64 bits');

/** Who wrote, as `id123` or `club45`. */
export const AuthorKey = z.string().regex(/^(id|club)[1-9]\d{0,18}$/, 'must look like id1 or club1');

const MAX_INT64 = 9_223_372_036_854_775_807n;

const fitsInt64 = (text: string): boolean => {
  if (!/^-?\d{1,19}$/.test(text)) return false;
  const value = BigInt(text);
  return value <= MAX_INT64 && value >= -MAX_INT64;
};

const dashed = (hex: string): string => [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
