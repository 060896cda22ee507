/**
 * Lines of one file: 1-based number → how often it ran. Both tools that we use tell one "statement" per line, so lines of
 * the same file may be added up.
 */
const linesOf = ({ statementMap, s }) => new Map(Object.entries(statementMap).map(([id, { start }]) => [start.line, s[id]]));

/** Adds up what several runs saw: `[{ [path]: istanbul's record }]` → path → line → count. */
export const mergeCoverage = (runs) => {
  const files = new Map();
  for (const run of runs)
    for (const [path, record] of Object.entries(run)) {
      const merged = files.get(path) ?? new Map();
      for (const [line, count] of linesOf(record)) merged.set(line, (merged.get(line) ?? 0) + count);
      files.set(path, merged);
    }
  return files;
};

/** `[3, 4, 5, 9]` → `3-5, 9`. */
export const rangesOf = (lines) => {
  const ranges = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === line - 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
};

/** Per package (`packages/db`, `apps/api`): lines, those that ran, and where the others are. */
export const summarizeCoverage = (files, root) => {
  const packages = new Map();
  for (const [path, lines] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const local = path.slice(root.length + 1);
    const name = local.split('/').slice(0, 2).join('/');
    const entry = packages.get(name) ?? { name, lines: 0, covered: 0, uncovered: [] };
    const missed = [...lines].filter(([, count]) => count === 0).map(([line]) => line);
    entry.lines += lines.size;
    entry.covered += lines.size - missed.length;
    if (missed.length > 0) entry.uncovered.push({ file: local, lines: rangesOf(missed.toSorted((a, b) => a - b)) });
    packages.set(name, entry);
  }
  return [...packages.values()];
};

/** A table for people. */
export const coverageTable = (packages) => {
  const width = Math.max(...packages.map(({ name }) => name.length));
  const rows = packages.map(({ name, lines, covered }) => {
    const share = lines === 0 ? 100 : (covered / lines) * 100;
    return `${name.padEnd(width)}  ${share.toFixed(1).padStart(5)} %  ${String(covered).padStart(6)} of ${lines} lines`;
  });
  const missed = packages.flatMap(({ uncovered }) => uncovered.map(({ file, lines }) => `  ${file}: ${lines}`));
  return [...rows, '', ...(missed.length > 0 ? ['Lines that never ran:', ...missed] : ['Every line ran.'])].join('\n');
};
