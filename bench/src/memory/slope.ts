/** A line through the points by least squares: how much y grows while x grows by one. Throws RangeError below two points. */
export const slopeOf = (points: readonly { readonly x: number; readonly y: number }[]): number => {
  if (points.length < 2) throw new RangeError('A slope needs two points.');
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const covariance = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  return covariance / points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
};
