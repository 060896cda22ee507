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

/** Secrets that stand in the middle of a sentence, such as a URL in an error message. */
const hiddenPatterns: readonly (readonly [RegExp, string])[] = [
  [/\bvk1\.a\.[\w-]+/g, '[redacted]'],
  [/\botk_[0-9A-Za-z]+_[0-9A-Za-z]+/g, '[redacted]'],
  [/\b(access_token|token|password|secret|api_key)=[^&\s"']+/gi, '$1=[redacted]'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/g, '$1 [redacted]'],
  [/(\w+:\/\/[^:@/\s]*):[^@/\s]+@/g, '$1:[redacted]@'],
];

const MAX_DEPTH = 6;
const MAX_TEXT = 4_000;
const MAX_ITEMS = 100;

/** A copy fit for a log: no secrets by name or by pattern, errors as plain objects, nothing endless. */
export const redact = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return redactError(value, depth);
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MAX_ITEMS)
      .map(([name, field]) => [name, isHidden(name) ? '[redacted]' : redact(field, depth + 1)]),
  );
};

/** The text without the secrets in it, cut to a bearable length. */
export const redactText = (text: string): string => {
  const clean = hiddenPatterns.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text.slice(0, MAX_TEXT));
  return text.length > MAX_TEXT ? `${clean}…` : clean;
};

const isHidden = (name: string): boolean => hiddenNames.has(name.toLowerCase().replaceAll(/[_-]/g, ''));

const redactError = (error: Error, depth: number): unknown => {
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  const context = 'context' in error ? error.context : undefined;
  return {
    name,
    message: redactText(message),
    ...(code !== undefined && { code: redact(code, depth + 1) }),
    ...(isFilled(context) && { context: redact(context, depth + 1) }),
    ...(stack !== undefined && { stack: redactText(stack.split('\n').slice(1, 9).join('\n')) }),
    ...(cause !== undefined && { cause: redact(cause, depth + 1) }),
  };
};

const isFilled = (context: unknown): boolean => typeof context === 'object' && context !== null && Object.keys(context).length > 0;
