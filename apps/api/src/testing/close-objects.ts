/**
 * The same document with schemas that take no property which they do not name: what callers may ignore, a test must not.
 * Parts of an `allOf` stay open, because each of them sees the properties of the others.
 */
export const closeObjects = (value: unknown, isPart = false): unknown => {
  if (Array.isArray(value)) return value.map((item) => closeObjects(item, isPart));
  if (typeof value !== 'object' || value === null) return value;
  const closed = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closeObjects(inner, key === 'allOf')]));
  const isOpenObject = 'properties' in value && 'type' in value && value.type === 'object' && !('additionalProperties' in value);
  return isOpenObject && !isPart ? { ...closed, additionalProperties: false } : closed;
};
