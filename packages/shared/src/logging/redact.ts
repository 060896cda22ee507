import { toAppError } from '../errors/app-error.ts';
import { toJobFailure } from '../errors/job-failure.ts';

/** Names of fields whose value never reaches a log: secrets, and what people wrote. Compared without case, `_`, `-`. */
const hiddenNames = new Set([
  'token',
  'accesstoken',
  'vktoken',
  'authorization',
  'password',
  'secret',
  'apikey',
  'cookie',
  'setcookie',
  'text',
  'payload',
  'body',
  'requestparams',
]);

/** Names that end like these are hidden as well, unless the value is a number or a truth: counts of tokens are no secret. */
const HIDDEN_ENDING = /(token|secret|password|apikey|authorization|cookie)s?$/;

/** Secrets that stand in the middle of a sentence, such as a URL in an error message. */
const hiddenPatterns: readonly (readonly [RegExp, string])[] = [
  [/\bvk1\.a\.[\w-]+/g, '[redacted]'],
  // Service keys and older tokens of VK: longer than the digests that we log, shorter than any other.
  [/\b[0-9a-f]{70,110}\b/g, '[redacted]'],
  // VK's `request_params`, which say what was asked with.
  [/("key"\s*:\s*"\w*token"\s*,\s*"value"\s*:\s*")[^"]*/gi, '$1[redacted]'],
  [/\botk_[0-9A-Za-z]+_[0-9A-Za-z]+/g, '[redacted]'],
  [/(token|password|secret|api_?key)=[^&\s"']+/gi, '$1=[redacted]'],
  [/((?:token|password|secret|api_?key)"\s*:\s*")[^"]*/gi, '$1[redacted]'],
  [/\b(Bearer)\s+[\w.~+/=-]+/gi, '$1 [redacted]'],
  [/\b(Basic)\s+[\w.~+/=-]+/g, '$1 [redacted]'],
  // Up to the last @: a password that was not encoded may hold one itself.
  [/(:\/\/[^:@/\s"']*):[^/\s"']+@/g, '$1:[redacted]@'],
];

/** Words without any sign that a pattern needs: most of what is logged, and looking for nine patterns costs more than writing it. */
const PLAIN_WORDS = /^[\w ,()-]{0,200}$/;
const BEGIN_OF_SECRET = /otk_|bearer|basic|[0-9a-f]{70}/i;

const MAX_DEPTH = 6;
const MAX_TEXT = 4_000;
/** A secret that begins before the cut is seen whole, so that its pattern knows it. */
const BEYOND_CUT = 1_000;
const MAX_ITEMS = 100;
/** In all. Things that refer to each other would otherwise be told once for every way that leads to them. */
const MAX_NODES = 2_000;

type Walk = { readonly ancestors: Set<object>; nodes: number; readonly tellError: (error: Error, walk: Walk) => unknown };

/** A copy fit for a log: no secrets by name or by pattern, errors as plain objects, nothing endless. Never throws. */
export const redact = (value: unknown): unknown => copy(value, walkWith(copyError));

/**
 * A copy fit for the owner of a job: as `redact`, and errors say no more than what is written for callers, because their
 * messages, stacks and causes speak of our inside.
 */
export const redactForOwner = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const walk = walkWith(tellFailure);
  return Object.fromEntries(
    Object.keys(fields)
      .slice(0, MAX_ITEMS)
      .map((name) => [name, copyField(fields, name, walk)]),
  );
};

/** The text without the secrets in it, cut to a bearable length. */
export const redactText = (text: string): string => {
  if (PLAIN_WORDS.test(text) && !BEGIN_OF_SECRET.test(text)) return text;
  const clean = hiddenPatterns.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text.slice(0, MAX_TEXT + BEYOND_CUT));
  return text.length > MAX_TEXT ? `${clean.slice(0, MAX_TEXT)}…` : clean;
};

const copy = (value: unknown, walk: Walk): unknown => {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function') return '[function]';
  if (typeof value !== 'object' || value === null) return value;
  if (walk.ancestors.has(value)) return '[circular]';
  if (walk.ancestors.size >= MAX_DEPTH) return '[too deep]';
  if (walk.nodes >= MAX_NODES) return '[too much]';
  walk.nodes += 1;
  walk.ancestors.add(value);
  try {
    return copyObject(value, walk);
  } catch {
    // A getter or a proxy that throws: a line of the log is not worth a failed request.
    return '[unreadable]';
  } finally {
    walk.ancestors.delete(value);
  }
};

const copyObject = (value: object, walk: Walk): unknown => {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof Error) return walk.tellError(value, walk);
  if (value instanceof URL) return redactText(value.href);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => copy(item, walk));
  const names = Object.keys(value).slice(0, MAX_ITEMS);
  return Object.fromEntries(names.map((name) => [name, copyField(value, name, walk)]));
};

const copyField = (owner: object, name: string, walk: Walk): unknown => {
  try {
    const field: unknown = Reflect.get(owner, name);
    return isHidden(name, field) ? '[redacted]' : copy(field, walk);
  } catch {
    return '[unreadable]';
  }
};

const isHidden = (name: string, field: unknown): boolean => {
  const isHarmless = typeof field === 'number' || typeof field === 'boolean' || field === undefined || field === null;
  const kind = kindOf(name);
  return kind === 'hidden' || (kind === 'secret' && !isHarmless);
};

type NameKind = 'hidden' | 'secret' | 'open';

/** Names come from our code, again and again; a bound all the same, for those that come from outside. */
const MAX_NAMES = 1_000;
const knownNames = new Map<string, NameKind>();

const kindOf = (name: string): NameKind => {
  const known = knownNames.get(name);
  if (known !== undefined) return known;
  const plain = name.toLowerCase().replaceAll(/[_-]/g, '');
  const ending = HIDDEN_ENDING.test(plain) ? 'secret' : 'open';
  const kind = hiddenNames.has(plain) ? 'hidden' : ending;
  if (knownNames.size < MAX_NAMES) knownNames.set(name, kind);
  return kind;
};

const walkWith = (tellError: Walk['tellError']): Walk => ({ ancestors: new Set(), nodes: 0, tellError });

const tellFailure = (error: Error): unknown => {
  const { code, message } = toJobFailure(toAppError(error));
  return { code, message: redactText(message) };
};

const copyError = (error: Error, walk: Walk): unknown => {
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  const context = 'context' in error ? error.context : undefined;
  const errors = error instanceof AggregateError ? error.errors : undefined;
  return {
    name,
    message: redactText(message),
    ...(code !== undefined && { code: copy(code, walk) }),
    ...(isFilled(context) && { context: copy(context, walk) }),
    ...(stack !== undefined && { stack: redactText(stack.split('\n').slice(1, 9).join('\n')) }),
    ...(cause !== undefined && { cause: copy(cause, walk) }),
    ...(errors !== undefined && { errors: copy(errors, walk) }),
  };
};

const isFilled = (context: unknown): boolean => typeof context === 'object' && context !== null && Object.keys(context).length > 0;
