/**
 * The first parameters of a statement, arrays of the same length, as a table. In a subselect, so that the planner does not see
 * how long they are: a prepared statement that looks cheaper with the few rows at hand is planned anew each time, which
 * takes longer than running it.
 */
export const unnestSql = (...types: readonly string[]): string =>
  `unnest(${types.map((type, index) => `(SELECT $${index + 1}::${type})`).join(', ')})`;
