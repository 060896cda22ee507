import { type Json, listIn, objectIn, resolve } from './json.ts';
import { limitChanges } from './limits.ts';
import type { SchemaPair } from './schema-pair.ts';

/** Every way in which the later schema breaks callers who know the earlier one, each beginning with the place: `/a/b: …`. */
export const compareSchemas = (pair: SchemaPair, place = ''): string[] => {
  const seen = pair.seen ?? new Set();
  const names = `${String(pair.before['$ref'])} ${String(pair.after['$ref'])}`;
  if (pair.before['$ref'] !== undefined && seen.has(names)) return [];
  const inside = { ...pair, seen: new Set([...seen, names]) };
  const resolved = { ...inside, before: resolve(pair.documents.before, pair.before), after: resolve(pair.documents.after, pair.after) };
  if (variantsOf(resolved.before).length > 0 || variantsOf(resolved.after).length > 0) return compareVariants(resolved, place);
  return [
    ...[...typeChanges(resolved), ...valueChanges(resolved), ...limitChanges(resolved), ...defaultChanges(resolved)].map(
      (text) => `${place || '/'}: ${text}`,
    ),
    ...compareProperties(resolved, place),
    ...compareParts(resolved, place),
  ];
};

const variantsOf = (schema: Json): readonly unknown[] => [...listIn(schema['anyOf']), ...listIn(schema['oneOf'])];

/** Each variant that one side may send needs one on the other side that takes it. */
const compareVariants = (pair: SchemaPair, place: string): string[] => {
  const listOf = (schema: Json): readonly unknown[] => (variantsOf(schema).length > 0 ? variantsOf(schema) : [schema]);
  const [before, after] = [listOf(pair.before), listOf(pair.after)];
  const [sent, taken] = pair.direction === 'input' ? [before, after] : [after, before];
  return sent.flatMap((one) => {
    const tries = taken.map((other) => {
      const [old, young] = pair.direction === 'input' ? [one, other] : [other, one];
      return compareSchemas({ ...pair, before: objectIn(old), after: objectIn(young) }, place);
    });
    if (tries.some((changes) => changes.length === 0)) return [];
    const sameName = tries[taken.findIndex((other) => nameOf(other) === nameOf(one) && nameOf(one) !== '')];
    return (
      sameName ??
      (tries.length === 1
        ? (tries[0] ?? [])
        : [`${place || '/'}: the variant ${nameOf(one) || JSON.stringify(one)} fits none of the others`])
    );
  });
};

const nameOf = (schema: unknown): string => {
  const { $ref: reference } = objectIn(schema);
  return typeof reference === 'string' ? reference.replace(/^.*\//, '') : '';
};

const typesOf = (schema: Json): ReadonlySet<string> => {
  const types = [schema['type'] ?? []].flat().map(String);
  // Whoever takes numbers takes whole ones.
  return new Set(types.includes('number') ? [...types, 'integer'] : types);
};

const typeChanges = ({ direction, before, after }: SchemaPair): string[] => {
  const [sent, taken] = direction === 'input' ? [typesOf(before), typesOf(after)] : [typesOf(after), typesOf(before)];
  const isWiderThanTaken = taken.size > 0 && (sent.size === 0 || [...sent].some((type) => !taken.has(type)));
  return isWiderThanTaken ? [`the type changed from ${show(before['type'])} to ${show(after['type'])}`] : [];
};

const valuesOf = (schema: Json): readonly unknown[] | undefined => {
  if ('const' in schema) return [schema['const']];
  return Array.isArray(schema['enum']) ? schema['enum'] : undefined;
};

const valueChanges = ({ direction, before, after }: SchemaPair): string[] => {
  const [sent, taken] = direction === 'input' ? [valuesOf(before), valuesOf(after)] : [valuesOf(after), valuesOf(before)];
  if (taken === undefined) return [];
  if (sent === undefined)
    return [direction === 'input' ? `only ${show(taken)} are accepted now` : 'the list of values is not closed any more'];
  const word = direction === 'input' ? 'is not accepted any more' : 'may come now';
  return sent.filter((value) => !taken.includes(value)).map((value) => `the value ${show(value)} ${word}`);
};

const defaultChanges = ({ direction, before, after }: SchemaPair): string[] =>
  direction === 'input' && show(before['default']) !== show(after['default'])
    ? [`the default changed from ${show(before['default'])} to ${show(after['default'])}`]
    : [];

const compareProperties = (pair: SchemaPair, place: string): string[] => {
  const [before, after] = [objectIn(pair.before['properties']), objectIn(pair.after['properties'])];
  const [wasRequired, isRequired] = [pair.before, pair.after].map((schema) => new Set(listIn(schema['required'])));
  const changes = Object.entries(before).flatMap(([name, schema]) => {
    const at = `${place}/${name}`;
    if (after[name] === undefined) return isLost(pair) ? [`${at}: the property is gone`] : [];
    const optional = pair.direction === 'output' && wasRequired?.has(name) && !isRequired?.has(name);
    return [
      ...(optional ? [`${at}: the property may be missing now`] : []),
      ...compareSchemas({ ...pair, before: objectIn(schema), after: objectIn(after[name]) }, at),
    ];
  });
  if (pair.direction === 'output') return changes;
  const demanded = [...(isRequired ?? [])].filter((name) => !wasRequired?.has(name));
  return [...changes, ...demanded.map((name) => `${place}/${String(name)}: the property is required now`)];
};

/** An input that stays open takes the property as before; it only does not say so any more. */
const isLost = ({ direction, after }: SchemaPair): boolean => direction === 'output' || after['additionalProperties'] === false;

const compareParts = (pair: SchemaPair, place: string): string[] => {
  const { before, after, direction } = pair;
  const closed = direction === 'input' && before['additionalProperties'] !== false && after['additionalProperties'] === false;
  const isObject = typesOf(before).has('object');
  const inner = (key: string, at: string): string[] =>
    typeof before[key] === 'object' && typeof after[key] === 'object'
      ? compareSchemas({ ...pair, before: objectIn(before[key]), after: objectIn(after[key]) }, `${place}/${at}`)
      : [];
  const [parts, laterParts] = [listIn(before['allOf']), listIn(after['allOf'])];
  return [
    ...(closed && isObject ? [`${place || '/'}: unknown properties are not accepted any more`] : []),
    ...inner('items', '*'),
    ...inner('additionalProperties', '*'),
    ...(parts.length === laterParts.length
      ? []
      : [`${place || '/'}: the number of parts changed from ${parts.length} to ${laterParts.length}`]),
    ...parts.flatMap((part, index) => compareSchemas({ ...pair, before: objectIn(part), after: objectIn(laterParts[index]) }, place)),
  ];
};

const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
