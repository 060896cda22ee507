/** From 16 digits on a number may be beyond what JavaScript's numbers hold exactly. */
const LONG_INTEGER = /(?<![\d.])\d{16}/;
const INTEGER = /^-?\d{16,}$/;

type SourceContext = { readonly source?: string };

/** Parses JSON; integers too long for a number come as decimal text. VK's ids are 64-bit and sent as numbers. */
export const parseLossless = (text: string): unknown => {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text);
  // The third argument (source text access) is in the engine and not yet in the types of the library.
  const keepDigits = (_key: string, value: unknown, ...[context]: readonly SourceContext[]): unknown =>
    typeof value === 'number' && context?.source !== undefined && INTEGER.test(context.source) && !Number.isSafeInteger(value)
      ? context.source
      : value;
  return JSON.parse(text, keepDigits);
};
