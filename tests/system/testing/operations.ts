import type { RunningProcess } from '@otklik/testing';

/** What a process told the operator, as its last scrape had it. */
export type Scrape = {
  readonly text: string;
  /** Sum of the series of a name whose labels hold all of these (`state="open"`). */
  value(name: string, labels?: readonly string[]): number;
};

/** Where a process that was started with `OPERATIONS_PORT=0` answers its operator. */
export const operationsOf = (process: Pick<RunningProcess, 'logs'>): string =>
  String(process.logs().find(({ operations }) => operations !== undefined)?.['operations']);

export const scrape = async (url: string): Promise<Scrape> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return { text, value: (name, labels = []) => sumOf(text, name, labels) };
};

const sumOf = (text: string, name: string, labels: readonly string[]): number =>
  text
    .split('\n')
    .filter((line) => new RegExp(`^${name}[{ ]`).test(line) && labels.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
