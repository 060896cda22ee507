/** What several measurements of the same thing say together. */
export type Spread = {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Between the first and the third quartile. */
  readonly iqr: number;
};

/** Throws RangeError for an empty list. */
export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
    iqr: quantile(sorted, 0.75) - quantile(sorted, 0.25),
  };
};

/** The value below which this share of them lies. Throws RangeError for an empty list. */
export const quantileOf = (values: readonly number[], share: number): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    share,
  );

/**
 * How many times as much the first did as the second: the median of the rounds, each compared with the peer of the same
 * round, so that a machine that grows slower during the run slows both. Throws RangeError when they differ in rounds.
 */
export const ratioOf = (ours: readonly number[], peer: readonly number[]): Spread => {
  if (ours.length !== peer.length) throw new RangeError('A ratio needs as many rounds of one as of the other.');
  return spreadOf(ours.map((value, round) => value / valueAt(peer, round)));
};

/** Linear between the two nearest, as spreadsheets and numpy do by default. */
const quantile = (sorted: readonly number[], share: number): number => {
  const place = share * (sorted.length - 1);
  const below = valueAt(sorted, Math.floor(place));
  const above = valueAt(sorted, Math.ceil(place));
  return below + (above - below) * (place - Math.floor(place));
};

const valueAt = (values: readonly number[], index: number): number => {
  const value = values[index];
  if (value === undefined) throw new RangeError('Nothing was measured.');
  return value;
};
