import { z } from 'zod';
import { VkTransportError } from '@otklik/shared';
import { type Span, Statistics } from '../statistics/request-statistics.ts';
import { type CommandInput, CommandResult, LogEntry } from './commands.ts';
import { Counts, History, Truth } from './truth-schema.ts';

export type SimulatorClient = {
  /** Everything that a wall holds. Throws VkTransportError for an unknown wall. */
  truth(ownerId: number): Promise<Truth>;
  /** What happened on a wall after the change numbered `since`; by default everything. `lifetimesOf` reads it. */
  history(ownerId: number, since?: number): Promise<History>;
  /** A wall in numbers, quick for a million comments too. */
  counts(ownerId: number): Promise<Counts>;
  /** Calls with a number greater than `since`; by default all that are kept. */
  log(since?: number): Promise<readonly LogEntry[]>;
  /** Requests per token and in all, by default since the start. */
  stats(span?: Span): Promise<Statistics>;
  /** Scripts the behaviour or changes a wall. Throws VkTransportError when the command is not possible. */
  control(command: CommandInput): Promise<CommandResult>;
};

/** Talks to the controls of a simulator, in this process or another one. */
export const createSimulatorClient = (url: string): SimulatorClient => ({
  truth: (ownerId) => ask(`${url}/_truth/${ownerId}`, Truth),
  history: (ownerId, since = 0) => ask(`${url}/_truth/${ownerId}/history?since=${since}`, History),
  counts: (ownerId) => ask(`${url}/_truth/${ownerId}/counts`, Counts),
  log: (since = 0) => ask(`${url}/_log?since=${since}`, z.array(LogEntry)),
  stats: (span = {}) => ask(`${url}/_stats?${queryOf(span)}`, Statistics),
  control: (command) =>
    ask(`${url}/_control`, CommandResult, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(command),
    }),
});

const queryOf = ({ since, until }: Span): string =>
  [since === undefined ? '' : `since=${since}`, until === undefined ? '' : `until=${until}`].join('&');

const ask = async <T>(url: string, answer: z.ZodType<T>, init: RequestInit = {}): Promise<T> => {
  const response = await fetch(url, init);
  if (!response.ok) throw new VkTransportError('VK_BAD_ANSWER', `The simulator answered ${response.status}: ${await response.text()}`);
  return answer.parse(await response.json());
};
