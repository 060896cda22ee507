/**
 * The rows sorted by key, each key once: of rows with the same key the last one counts. Every transaction that writes
 * sorts this way, so two of them never wait for each other in a circle. The order is total and the same everywhere; that
 * it isn't the numeric one does not matter.
 */
export const inKeyOrder = <Row>(rows: readonly Row[], keyOf: (row: Row) => readonly string[]): readonly Row[] => {
  const keyed = rows.map((row) => ({ row, key: keyOf(row) }));
  // Stable: rows with the same key stay in the order of arrival.
  keyed.sort((a, b) => compareKeys(a.key, b.key));
  return keyed
    .filter(({ key }, index) => {
      const next = keyed[index + 1];
      return next === undefined || compareKeys(key, next.key) !== 0;
    })
    .map(({ row }) => row);
};

/** Shorter first, so that ids come in the order of their numbers and land side by side in the index. */
const compareKeys = (a: readonly string[], b: readonly string[]): number => {
  for (let index = 0; index < a.length; index += 1) {
    const [left = '', right = ''] = [a[index], b[index]];
    if (left !== right) return left.length - right.length || (left < right ? -1 : 1);
  }
  return 0;
};
