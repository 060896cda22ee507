import type { VkTokenProbe } from '@otklik/vk';

const WORDS = { yes: 'yes', no: 'NO', limited: 'held back', unknown: '?', not_tried: '–' } as const;

/** VK does not tell what is left of a day; these are the limits that it has published (vk.com/dev/data_limits). */
const PUBLISHED_CAPS: Readonly<Record<string, number>> = { 'wall.get': 5_000 };

/** A finding for a terminal of so many columns, line by line. */
export const probeTable = (finding: VkTokenProbe, columns?: number): readonly string[] => {
  const width = columns ?? Infinity;
  const { verdict, summary, kind, rate, address, requests } = finding;
  const rows = finding.methods.map(({ method, may, isNeeded, vkCode, detail }) => [
    method,
    WORDS[may],
    isNeeded ? 'needed' : 'useful',
    dayOf(method),
    vkCode === null ? detail : `VK error ${vkCode}: ${detail}`,
  ]);
  return [
    ...wrapped(`${verdict.toUpperCase()}  ${summary}`, width),
    '',
    ...aligned([['method', 'may', 'for us', 'calls a day', 'what VK said'], ...rows], width),
    '',
    ...aligned(
      [
        ['kind', kind ?? 'not clear'],
        ['rate', `${rate.configured} a second: ${rate.detail}`],
        ['IP address', address === 'bound' ? 'made for another one than that of this machine' : 'no sign that it is bound to one'],
        ['expiry', 'VK does not tell; tokens of VK ID live for an hour, service keys have no end'],
        ['requests', `${requests} of at most 15`],
      ],
      width,
    ),
  ];
};

const dayOf = (method: string): string => {
  const cap = PUBLISHED_CAPS[method];
  return cap === undefined ? 'no cap known' : `${cap} published`;
};

/** The last column goes on below itself where the terminal ends. */
const aligned = (rows: readonly (readonly string[])[], width: number): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.flatMap((row) => {
    const before = row.slice(0, -1).map((cell, column) => `${cell.padEnd(widths[column] ?? 0)}  `);
    const indent = before.join('').length;
    const [first = '', ...rest] = wrapped(row.at(-1) ?? '', Math.max(width - indent, NARROWEST));
    return [`${before.join('')}${first}`, ...rest.map((line) => `${' '.repeat(indent)}${line}`)];
  });
};

/** Narrower than this nobody can read a sentence. */
const NARROWEST = 20;

const wrapped = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S) (?=\S)/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && longer.length > width) lines.push(line);
    line = line !== '' && longer.length > width ? word : longer;
  }
  return [...lines, line];
};
