import { AppError, toAppError } from '../errors/app-error.ts';
import { ConfigError } from '../errors/config-error.ts';
import { StorageError } from '../errors/infrastructure-errors.ts';
import { redactText } from '../logging/redact.ts';
import { type GiveUp, type GiveUpOptions, makeGiveUp } from './give-up.ts';

/** `EX_CONFIG` of sysexits(3). */
const EXIT_CONFIG = 78;

/** How a program can end by itself. */
export type AppEnds = {
  /** Makes what a part calls when it can't go on: the signal aborts, and the exit code is 1, also when closing hangs. */
  giveUpWith(options: GiveUpOptions): GiveUp;
};

export type RunAppOptions = {
  /** Works until it is done or the signal aborts; what it returns becomes the exit code (default 0). */
  readonly main: (stop: AbortSignal, ends: AppEnds) => Promise<number | void>;
};

/**
 * Runs a program: SIGTERM and SIGINT abort the signal, a second one ends the process at once; an error that nobody
 * caught stops it in order and counts as failure. Errors are told on stderr in one sentence a person can act on. A program whose
 * log nobody reads any more ends as well, in order: whoever starts it anew gives it a new reader.
 */
export const runApp = async ({ main }: RunAppOptions): Promise<void> => {
  const stop = new AbortController();
  let exitCode = 0;

  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
    stop.abort();
  };
  const fail = (): void => {
    exitCode = 1;
    stop.abort();
  };
  const onStray = (thrown: unknown): void => {
    tell(thrown);
    fail();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('unhandledRejection', onStray);
  process.on('uncaughtException', onStray);
  heedReaders(onStray);

  try {
    const returned = (await main(stop.signal, { giveUpWith: makeGiveUp({ stop: fail, exit: (code) => process.exit(code) }) })) ?? 0;
    // An error that nobody caught, or giving up, stays a failure, however orderly the end was.
    exitCode = exitCode === 0 ? returned : exitCode;
  } catch (thrown) {
    tell(thrown);
    exitCode = thrown instanceof ConfigError ? EXIT_CONFIG : 1;
  }
  // Something that still holds the event loop must not keep a finished program alive.
  process.exit(exitCode);
};

/**
 * Whoever read what the program says may be gone. Each further line fails then: told as errors that nobody caught, on a stderr
 * that fails as well, they would be all that the process does.
 */
const heedReaders = (onStray: (thrown: unknown) => void): void => {
  process.stderr.on('error', () => undefined);
  let isTold = false;
  process.stdout.on('error', (thrown) => {
    if (isTold) return;
    isTold = true;
    onStray(new StorageError('STORAGE', 'Nobody reads the log of this process any more.', { cause: thrown }));
  });
};

const tell = (thrown: unknown): void => {
  const error = toAppError(thrown);
  const cause = error.cause instanceof Error && !(error.cause instanceof AppError) ? ` (${error.cause.message})` : '';
  const stack = thrown instanceof AppError || !(thrown instanceof Error) ? '' : `\n${thrown.stack ?? ''}`;
  process.stderr.write(`${redactText(`${error.message}${cause}${stack}`)}\n`);
};
