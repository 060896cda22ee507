/** One line to the person at the terminal. */
export const say = (line) => process.stderr.write(`${line}\n`);

/** Seconds since `startedAt` (of `performance.now()`), as a person reads them. */
export const secondsSince = (startedAt) => {
  const seconds = (performance.now() - startedAt) / 1000;
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
};
