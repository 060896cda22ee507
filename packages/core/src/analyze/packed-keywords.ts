import { createHash } from 'node:crypto';
import type { SoughtKeyword } from './analyze-batch.ts';
import { type MatchKeywords, makeMatchKeywords } from './match-keywords.ts';

/** Keywords in memory that threads share: handing them over costs the same for one and for five thousand. */
export type PackedKeywords = { readonly version: string; readonly bytes: Uint8Array };

export const packKeywords = (keywords: readonly SoughtKeyword[]): PackedKeywords => {
  const text = Buffer.from(JSON.stringify(keywords.map(({ id, normalized }) => ({ id, normalized }))));
  const bytes = new Uint8Array(new SharedArrayBuffer(text.length));
  bytes.set(text);
  return { version: createHash('sha256').update(text).digest('base64'), bytes };
};

/** Matchers that a thread keeps: as many workspaces as one process is likely to analyze at once. */
const KEPT = 8;

/** Unpacks each version once, as long as it is among the last that were asked for. */
export const makeUnpackKeywords = (): ((packed: PackedKeywords) => MatchKeywords) => {
  const kept = new Map<string, MatchKeywords>();
  return ({ version, bytes }) => {
    const matchKeywords = kept.get(version) ?? makeMatchKeywords(JSON.parse(Buffer.from(bytes).toString()));
    kept.delete(version);
    kept.set(version, matchKeywords);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return matchKeywords;
  };
};
