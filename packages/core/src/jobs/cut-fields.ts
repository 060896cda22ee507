/** The text, with as many of its first UTF-16 units as fit. */
export const cutText = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max - 1)}…` : text);

/**
 * The fields as JSON of at most `maxBytes`; null when there are none. What does not fit is left out whole, field by field,
 * and `cut` says how many those were.
 */
export const cutFields = (fields: Readonly<Record<string, unknown>>, maxBytes: number): string | null => {
  const json = JSON.stringify(fields);
  if (json === '{}') return null;
  return Buffer.byteLength(json) <= maxBytes ? json : cut(fields, maxBytes);
};

/** Braces and the count itself. */
const CUT_BYTES = 20;

const cut = (fields: Readonly<Record<string, unknown>>, maxBytes: number): string => {
  const fitting: [string, unknown][] = [];
  let room = maxBytes - CUT_BYTES;
  for (const [name, value] of Object.entries(fields)) {
    const bytes = Buffer.byteLength(JSON.stringify({ [name]: value }));
    if (bytes > room) continue;
    room -= bytes;
    fitting.push([name, value]);
  }
  return JSON.stringify({ ...Object.fromEntries(fitting), cut: Object.keys(fields).length - fitting.length });
};
