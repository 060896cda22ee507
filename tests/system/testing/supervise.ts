import type { ExitStatus, RunningProcess } from '@otklik/testing';

export type Supervised = {
  /** How its processes ended so far. */
  readonly ends: readonly ExitStatus[];
  /** Starts no more; the one that runs is stopped with the product. */
  stop(): void;
};

/** Starts a process again whenever it ends, as a container's restart policy does. */
export const supervise = (start: () => Promise<RunningProcess>): Supervised => {
  const ends: ExitStatus[] = [];
  let isOver = false;
  const run = async (): Promise<void> => {
    while (!isOver) ends.push(await (await start()).exited);
  };
  // A process that ends before it is up is started again as well, while anybody wants it.
  const keepUp = (): void => void run().catch(() => !isOver && keepUp());
  keepUp();
  return { ends, stop: () => (isOver = true) };
};
