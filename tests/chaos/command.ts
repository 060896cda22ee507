import { makeTempDir } from '@otklik/testing';
import { createScope } from '@otklik/shared';
import { USAGE, readOptions } from './options.ts';
import { isPassed } from './result.ts';
import { runChaos } from './run-chaos.ts';

type Command = {
  readonly args: readonly string[];
  out(text: string): void;
  err(text: string): void;
};

/** `npm run chaos`: progress on `err`, the result as the last line on `out`. Returns the exit code. */
export const chaosCommand = async ({ args, out, err }: Command): Promise<number> => {
  const options = readOptions(args);
  if (options === 'help') {
    out(USAGE);
    return 0;
  }
  const startedAt = performance.now();
  const note = (line: string): void => err(`${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s  ${line}\n`);
  const logs = makeTempDir();
  const scope = createScope();
  try {
    const result = await runChaos({ options, scope, logDir: logs.path, note });
    await scope.close();
    const hasPassed = isPassed(result, options);
    if (hasPassed) logs.remove();
    else {
      if (result.kills < options.kills) note(`only ${result.kills} of ${options.kills} kills took a job from a worker`);
      note(`FAILED. The logs of all processes are in ${logs.path}`);
    }
    out(`${JSON.stringify(result)}\n`);
    return hasPassed ? 0 : 1;
  } catch (thrown) {
    note(`The logs of all processes are in ${logs.path}`);
    throw thrown;
  } finally {
    await scope.close();
  }
};
