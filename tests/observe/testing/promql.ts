export type Matcher = { readonly label: string; readonly operator: string; readonly value: string };
export type Selector = { readonly metric: string; readonly matchers: readonly Matcher[] };

/** What an expression asks for: the metrics with their matchers, and the labels that it groups or joins by. */
export type Asked = { readonly selectors: readonly Selector[]; readonly groupedBy: readonly string[] };

const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan']);
const GROUPINGS: ReadonlySet<string> = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);

/** Strings, ranges, names (also those of recording rules), numbers with or without a unit, operators of matchers, the rest. */
const TOKENS = /"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[a-zA-Z_:][\w:]*|\d[\w.]*|=~|!~|!=|\S/g;

/** Reads as much of PromQL as it takes to find the names in it. promtool says whether it is PromQL at all. */
export const readPromql = (expr: string): Asked => {
  const tokens = [...expr.matchAll(TOKENS)].map(([token]) => token);
  const selectors: Selector[] = [];
  const groupedBy: string[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? '';
    const next = tokens[at + 1] ?? '';
    if (GROUPINGS.has(token)) {
      const end = next === '(' ? tokens.indexOf(')', at) : at;
      groupedBy.push(...tokens.slice(at + 1, end).filter(isName));
      at = end;
    } else if (isName(token) && !WORDS.has(token) && next !== '(' && !GROUPINGS.has(next)) {
      const end = next === '{' ? tokens.indexOf('}', at) : at;
      selectors.push({ metric: token, matchers: readMatchers(tokens.slice(at + 2, end)) });
      at = end;
    }
  }
  return { selectors, groupedBy };
};

const isName = (token: string): boolean => /^[a-zA-Z_:]/.test(token);

const readMatchers = (tokens: readonly string[]): readonly Matcher[] =>
  tokens.flatMap((label, index) =>
    isName(label) ? [{ label, operator: tokens[index + 1] ?? '', value: (tokens[index + 2] ?? '').slice(1, -1) }] : [],
  );
