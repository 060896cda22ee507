import { AppError, toAppError } from '../errors/app-error.ts';
import { ConfigError } from '../errors/config-error.ts';
import { redactText } from '../logging/redact.ts';

/** `EX_CONFIG` of sysexits(3). */
const EXIT_CONFIG = 78;

export type RunAppOptions = {
  /** Works until it is done or the signal aborts; what it returns becomes the exit code (default 0). */
  readonly main: (stop: AbortSignal) => Promise<number | void>;
};

/**
 * Runs a program: SIGTERM and SIGINT abort the signal, a second one ends the process at once; an error that nobody
 * caught stops it in order and counts as failure. Errors are told on stderr in one sentence a person can act on.
 */
export const runApp = async ({ main }: RunAppOptions): Promise<void> => {
  const stop = new AbortController();
  let exitCode = 0;

  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
    stop.abort();
  };
  const onStray = (thrown: unknown): void => {
    exitCode = 1;
    tell(thrown);
    stop.abort();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('unhandledRejection', onStray);
  process.on('uncaughtException', onStray);

  try {
    const returned = (await main(stop.signal)) ?? 0;
    // An error that nobody caught stays a failure, however orderly the end was.
    exitCode = exitCode === 0 ? returned : exitCode;
  } catch (thrown) {
    tell(thrown);
    exitCode = thrown instanceof ConfigError ? EXIT_CONFIG : 1;
  }
  // Something that still holds the event loop must not keep a finished program alive.
  process.exit(exitCode);
};

const tell = (thrown: unknown): void => {
  const error = toAppError(thrown);
  const cause = error.cause instanceof Error && !(error.cause instanceof AppError) ? ` (${error.cause.message})` : '';
  const stack = thrown instanceof AppError || !(thrown instanceof Error) ? '' : `\n${thrown.stack ?? ''}`;
  process.stderr.write(`${redactText(`${error.message}${cause}${stack}`)}\n`);
};
