import type { EndedLife } from '../site/slot.ts';
import type { Check, Finding } from './ledger.ts';

/** Processes that were asked to go went in order, none met an error that nobody caught, and no client got a wrong answer. */
export const checkLives: Check = async ({ lives, complaints }) => [
  ...lives.flatMap(checkLife),
  ...complaints.map((what): Finding => ({ line: 'lost', what })),
];

const checkLife = ({ name, state, status, lines }: EndedLife): readonly Finding[] => {
  const stray = lines.filter((line) => STRAY.test(line));
  return [
    ...(state === 'leaving' && status.code !== 0
      ? [{ line: 'stuck' as const, what: `${name} was asked to go and ended with ${status.code ?? status.signal}` }]
      : []),
    ...(stray.length > 0
      ? [{ line: 'lost' as const, what: `${name} met an error that nobody caught: ${lines.slice(0, 4).join(' | ')}` }]
      : []),
  ];
};

/** What runs of ours write past their log is one sentence; a stack is of an error that nobody caught. */
const STRAY = /^\s+at .+:\d+:\d+|unhandledRejection|uncaughtException|UnhandledPromiseRejection/;
