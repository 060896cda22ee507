import type { VkTokenProbe } from '@otklik/vk';

const WORDS = { yes: 'yes', no: 'NO', limited: 'held back', unknown: '?', not_tried: '–' } as const;

/** VK does not tell what is left of a day; these are the limits that it has published (vk.com/dev/data_limits). */
const PUBLISHED_CAPS: Readonly<Record<string, number>> = { 'wall.get': 5_000 };

/** A finding for a terminal, line by line. */
export const probeTable = (finding: VkTokenProbe): readonly string[] => {
  const { verdict, summary, kind, rate, address, requests } = finding;
  const rows = finding.methods.map(({ method, may, isNeeded, vkCode, detail }) => [
    method,
    WORDS[may],
    isNeeded ? 'needed' : 'useful',
    dayOf(method),
    vkCode === null ? detail : `VK error ${vkCode}: ${detail}`,
  ]);
  return [
    `${verdict.toUpperCase()}  ${summary}`,
    '',
    ...aligned([['method', 'may', 'for us', 'calls a day', 'what VK said'], ...rows]),
    '',
    ...aligned([
      ['kind', kind ?? 'not clear'],
      ['rate', `${rate.configured} a second: ${rate.detail}`],
      ['IP address', address === 'bound' ? 'made for another one than that of this machine' : 'no sign that it is bound to one'],
      ['expiry', 'VK does not tell; tokens of VK ID live for an hour, service keys have no end'],
      ['requests', `${requests} of at most 15`],
    ]),
  ];
};

const dayOf = (method: string): string => {
  const cap = PUBLISHED_CAPS[method];
  return cap === undefined ? 'no cap known' : `${cap} published`;
};

const aligned = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '));
};
