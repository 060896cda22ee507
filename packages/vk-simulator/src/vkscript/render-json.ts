import { MAX_RESPONSE_BYTES } from './limits.ts';

/** Lists and objects that a script wrote itself; all others are answers of methods. */
export type Written = WeakSet<object>;

export type Rendered = { readonly text: string; readonly bytes: number };

/**
 * The value as JSON. Throws what `tooBig` makes above 5 MB.
 *
 * A script can name one value a thousand times over inside another, so that everything is rendered once and counted while
 * it grows. Answers of methods are rendered in one go: they are large, and no part of them stands twice.
 */
export const renderJson = (value: unknown, written: Written, tooBig: () => Error): string => {
  const known = new Map<object, Rendered>();

  const render = (part: unknown): Rendered => {
    if (typeof part !== 'object' || part === null) return measured(JSON.stringify(part ?? null));
    const rendered = known.get(part) ?? (written.has(part) ? renderWritten(part) : measured(JSON.stringify(part)));
    known.set(part, rendered);
    return rendered;
  };

  const renderWritten = (part: object): Rendered => {
    if (Array.isArray(part)) return join(['[', ']'], part, render);
    return join(['{', '}'], Object.entries(part), ([key, item]) => {
      const { text, bytes } = render(item);
      const name = measured(`${JSON.stringify(key)}:`);
      return { text: name.text + text, bytes: name.bytes + bytes };
    });
  };

  const join = <T>([open, close]: readonly [string, string], items: readonly T[], renderItem: (item: T) => Rendered): Rendered => {
    const texts: string[] = [];
    let bytes = 1 + Math.max(1, items.length);
    for (const item of items) {
      const rendered = renderItem(item);
      bytes += rendered.bytes;
      if (bytes > MAX_RESPONSE_BYTES) throw tooBig();
      texts.push(rendered.text);
    }
    return { text: open + texts.join(',') + close, bytes };
  };

  const { text, bytes } = render(value);
  if (bytes > MAX_RESPONSE_BYTES) throw tooBig();
  return text;
};

const measured = (text: string): Rendered => ({ text, bytes: Buffer.byteLength(text) });
