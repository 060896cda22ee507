import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ExitStatus, RunningProcess } from '@otklik/testing';
import { type Gate } from './gate.ts';

/** `up` takes part; the others are on their way in or out, can't move, or were killed by us. */
export type MemberState = 'starting' | 'up' | 'stopped' | 'leaving' | 'killed';

/** One life of a process of the product. */
export type Member = { readonly name: string; readonly process: RunningProcess; state: MemberState };

/** A place that is always filled: what ends there is started again, as a container would be. */
export type Slot = {
  readonly name: string;
  readonly gate: Gate;
  current(): Member | undefined;
  /** Lives so far, with how they ended. */
  readonly ended: readonly EndedLife[];
  /** Starts nothing any more, and waits for the end of what runs. */
  retire(): Promise<void>;
};

/** `state`: what it was when it ended; an end that nobody asked for finds it starting or up. */
export type EndedLife = Pick<Member, 'name' | 'state'> & { readonly status: ExitStatus; readonly lines: readonly string[] };

type SlotOptions = {
  readonly name: string;
  readonly gate: Gate;
  readonly logDir: string;
  spawn(name: string, env: Readonly<Record<string, string>>): RunningProcess;
  /** Tells that it is ready. */
  readonly readyLine: RegExp;
  nextPauseMs(): number;
  note(line: string): void;
};

export const keepSlot = (options: SlotOptions): Slot => {
  const { name, gate, logDir, note } = options;
  const ended: EndedLife[] = [];
  let lives = 0;
  let current: Member | undefined;
  let isRetired = false;

  const live = async (): Promise<void> => {
    lives += 1;
    const process = options.spawn(`${name}-${lives}`, gate.env);
    const member: Member = { name: `${name}-${lives}`, process, state: 'starting' };
    current = member;
    // Slow starts are normal while its stores are away; one that ends is told by its end.
    process.waitForLine(options.readyLine, { timeoutMs: 120_000 }).then(
      () => member.state === 'starting' && (member.state = 'up'),
      () => undefined,
    );
    const status = await process.exited;
    ended.push({ name: member.name, state: member.state, status, lines: process.lines.filter(isNoLog) });
    if (member.state === 'starting' || member.state === 'up')
      note(`${member.name} ended by itself: code ${status.code}, signal ${status.signal}`);
    await appendFile(join(logDir, `${member.name}.log`), `${process.lines.join('\n')}\n`);
  };
  const lifelong = (async () => {
    while (!isRetired) {
      await live();
      if (!isRetired) await pause(options.nextPauseMs());
    }
  })();

  return {
    name,
    gate,
    current: () => current,
    ended,
    retire: async () => {
      isRetired = true;
      await lifelong;
    },
  };
};

/** What is written past the log: words of the runtime, and errors that nobody caught. */
const isNoLog = (line: string): boolean => line.trim() !== '' && !line.startsWith('{');
