import type { SchemaPair } from './schema-pair.ts';

const LOWEST = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const HIGHEST = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];

/** Whether one pattern is wider than another nobody can tell: a change of it counts. */
const FORMS = ['pattern', 'format'];

/** Limits that take less than before (input), or let more come than before (output). */
export const limitChanges = ({ direction, before, after }: SchemaPair): string[] => {
  const [sent, taken] = direction === 'input' ? [before, after] : [after, before];
  const isTooLow = (key: string): boolean => numberOf(taken[key], -Infinity) > numberOf(sent[key], -Infinity);
  const isTooHigh = (key: string): boolean => numberOf(taken[key], Infinity) < numberOf(sent[key], Infinity);
  const isOther = (key: string): boolean => taken[key] !== undefined && taken[key] !== sent[key];
  const changed = [...LOWEST.filter(isTooLow), ...HIGHEST.filter(isTooHigh), ...FORMS.filter(isOther)];
  return changed.map((key) => `${key} changed from ${shown(before[key])} to ${shown(after[key])}`);
};

const numberOf = (value: unknown, absent: number): number => (typeof value === 'number' ? value : absent);

const shown = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : 'none');
