import { compareSchemas } from './compare-schemas.ts';
import { type Json, listIn, objectIn, resolve } from './json.ts';
import type { Direction } from './schema-pair.ts';

/**
 * Every change between two OpenAPI documents that can break a caller of the earlier one, each named with its operation:
 * `GET /v1/jobs, answer 200, /items/*\/state: …`. What is only added is none.
 */
export const findBreakingChanges = (before: unknown, after: unknown): string[] => {
  const documents = { before: objectIn(before), after: objectIn(after) };
  const [old, young] = [operationsOf(documents.before), operationsOf(documents.after)];
  const changes = [...old].flatMap(([name, operation]) => {
    const now = young.get(name);
    if (now === undefined) return [`${name}: the operation is gone`];
    return compareOperations({ before: operation, after: now, documents }).map((text) => `${name}${text}`);
  });
  return [...changes, ...problemTypeChanges(documents)];
};

type Documents = { readonly before: Json; readonly after: Json };
type Pair = { readonly before: Json; readonly after: Json; readonly documents: Documents };

const operationsOf = ({ paths }: Json): Map<string, Json> =>
  new Map(
    Object.entries(objectIn(paths)).flatMap(([path, methods]) =>
      Object.entries(objectIn(methods)).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, objectIn(operation)] as const),
    ),
  );

const compareOperations = (pair: Pair): string[] => [
  ...nameChanges(pair),
  ...scopeChanges(pair),
  ...parameterChanges(pair),
  ...bodyChanges(pair),
  ...answerChanges(pair),
];

/** Clients are generated with this name. */
const nameChanges = ({ before, after }: Pair): string[] =>
  before['operationId'] === after['operationId']
    ? []
    : [`: its name changed from ${String(before['operationId'])} to ${String(after['operationId'])}`];

const scopeChanges = ({ before, after }: Pair): string[] => {
  const [was, is] = [before['x-required-scope'] ?? 'none', after['x-required-scope'] ?? 'none'].map(String);
  return was === is || is === 'none' ? [] : [`: the scope that it needs changed from ${was} to ${is}`];
};

const parametersOf = (operation: Json, document: Json): Map<string, Json> =>
  new Map(
    listIn(operation['parameters']).map((parameter) => {
      const resolved = resolve(document, parameter);
      return [`${String(resolved['in'])}:${String(resolved['name'])}`, resolved] as const;
    }),
  );

const parameterChanges = ({ before, after, documents }: Pair): string[] => {
  const [old, young] = [parametersOf(before, documents.before), parametersOf(after, documents.after)];
  const gone = [...old].flatMap(([name, parameter]) => {
    const now = young.get(name);
    if (now === undefined) return [`, ${name}: the parameter is gone`];
    const demanded = now['required'] === true && parameter['required'] !== true;
    const pair = { direction: 'input', before: objectIn(parameter['schema']), after: objectIn(now['schema']), documents } as const;
    return [...(demanded ? [`, ${name}: the parameter is required now`] : []), ...compareSchemas(pair).map((text) => `, ${name}, ${text}`)];
  });
  const added = [...young].filter(([name, { required }]) => required === true && !old.has(name));
  return [...gone, ...added.map(([name]) => `, ${name}: a new parameter is required`)];
};

const bodyChanges = ({ before, after, documents }: Pair): string[] => {
  const [old, young] = [resolve(documents.before, before['requestBody']), resolve(documents.after, after['requestBody'])];
  const demanded = young['required'] === true && old['required'] !== true ? [', body: a body is required now'] : [];
  return [...demanded, ...contentChanges({ before: old, after: young, documents }, 'input').map((text) => `, body${text}`)];
};

const answerChanges = ({ before, after, documents }: Pair): string[] =>
  Object.entries(objectIn(before['responses'])).flatMap(([status, answer]) => {
    const now = objectIn(after['responses'])[status];
    if (now === undefined) return [`, answer ${status}: it is gone`];
    const pair = { before: resolve(documents.before, answer), after: resolve(documents.after, now), documents };
    return [...headerChanges(pair), ...contentChanges(pair, 'output')].map((text) => `, answer ${status}${text}`);
  });

const headerChanges = ({ before, after, documents }: Pair): string[] =>
  Object.entries(objectIn(before['headers'])).flatMap(([name, header]) => {
    const now = objectIn(after['headers'])[name];
    if (now === undefined) return [`, header ${name}: it is gone`];
    const [was, is] = [resolve(documents.before, header), resolve(documents.after, now)];
    return was['required'] === true && is['required'] !== true ? [`, header ${name}: it may be missing now`] : [];
  });

const contentChanges = ({ before, after, documents }: Pair, direction: Direction): string[] =>
  Object.entries(objectIn(before['content'])).flatMap(([type, content]) => {
    const now = objectIn(after['content'])[type];
    if (now === undefined) return [`: the media type ${type} is gone`];
    // Which problems an operation can have may grow; that none is renamed is looked at for all operations at once.
    if (type === 'application/problem+json') return [];
    const [old, young] = [content, now].map((one) => objectIn(objectIn(one)['schema']));
    return compareSchemas({ direction, before: old ?? {}, after: young ?? {}, documents }).map((text) => `, ${text}`);
  });

const problemTypeChanges = (documents: Documents): string[] => {
  const [old, young] = [documents.before, documents.after].map(
    (document) => new Map(listIn(document['x-problem-types']).map(typeAndStatus)),
  );
  const lost = [...(old ?? [])].flatMap(([type, status]) => {
    const now = young?.get(type);
    if (now === undefined) return [`${type}: the type of problem is gone`];
    return now === status ? [] : [`${type}: its status changed from ${status} to ${now}`];
  });
  const [was, is] = [documents.before, documents.after].map((document) =>
    objectIn(objectIn(objectIn(document['components'])['schemas'])['Problem']),
  );
  const shape = compareSchemas({ direction: 'output', before: was ?? {}, after: is ?? {}, documents });
  return [...lost, ...shape.map((text) => `every problem, ${text}`)];
};

const typeAndStatus = (entry: unknown): readonly [string, string] => {
  const { type, status } = objectIn(entry);
  return [String(type), String(status)];
};
