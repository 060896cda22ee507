import { hash } from 'node:crypto';
import type { CacheKey, CacheKind } from './cache.ts';

/**
 * Names under which values are found and dropped, in the memory of each process and in Redis. Ids and tags are digests in
 * them: they may be names of people, and the names of keys are shown to whoever runs the Redis.
 */
export type Labels = {
  /** Of single values. */
  readonly entries: readonly string[];
  /** Of everything that was kept under a kind, a prefix or a tag. */
  readonly groups: readonly string[];
};

/** Where a value is in the memory of this process, and whatever can take it away. */
export type Place = { readonly entry: string; readonly groups: readonly string[] };

/** Never leaves the process. */
export const nameOf = ({ kind, id }: CacheKey<unknown>): string => `${kind.name}:${kind.version}:${id}`;

export const placeOf = ({ kind, id, tags = [] }: CacheKey<unknown>): Place => ({
  entry: entryLabel(kind, id),
  groups: [ALL, kindLabel(kind), ...prefixesOf(id).map((prefix) => prefixLabel(kind, prefix)), ...tags.map(tagLabel)],
});

export const labelsOfKey = ({ kind, id }: CacheKey<unknown>): Labels => ({ entries: [entryLabel(kind, id)], groups: [] });

/** With what is kept under exactly this id. */
export const labelsOfPrefix = (kind: CacheKind, prefix: string): Labels =>
  prefix === '' ? { entries: [], groups: [kindLabel(kind)] } : { entries: [entryLabel(kind, prefix)], groups: [prefixLabel(kind, prefix)] };

export const labelsOfTag = (tag: string): Labels => ({ entries: [], groups: [tagLabel(tag)] });

/** Every value belongs to it: for dropping all there is. */
export const ALL = 'all';

const kindLabel = ({ name }: CacheKind): string => `k:${name}`;
const prefixLabel = ({ name }: CacheKind, prefix: string): string => `p:${name}:${digest(prefix)}`;
const tagLabel = (tag: string): string => `t:${digest(tag)}`;
const entryLabel = ({ name, version }: CacheKind, id: string): string => `${name}:${version}:${digest(id)}`;

/** 132 bits: no two ids will ever share one. */
const digest = (text: string): string => hash('sha256', text, 'base64url').slice(0, 22);

/** Of `a:b:c`: `a` and `a:b`. */
const prefixesOf = (id: string): readonly string[] => {
  const prefixes: string[] = [];
  for (let at = id.indexOf(':'); at !== -1; at = id.indexOf(':', at + 1)) prefixes.push(id.slice(0, at));
  return prefixes;
};
