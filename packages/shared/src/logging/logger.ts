import { Writable } from 'node:stream';
import { createLogger as createWinston, format, transports } from 'winston';
import { type LogFields, currentKeeping, currentLogContext, withoutKeptLines } from './log-context.ts';
import { redact, redactForOwner, redactText } from './redact.ts';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** A line is a constant sentence plus fields; who and which job come from the context. */
export type Logger = { readonly [L in LogLevel]: (message: string, fields?: LogFields) => void };

export type LoggerOptions = {
  readonly level: LogLevel;
  /** Which program speaks. */
  readonly service: string;
  /** Where lines go, each with its line feed. Default: stdout. */
  readonly write?: (line: string) => void;
};

/**
 * One JSON object a line: `time`, `level`, `service`, `message`, context, fields. Secrets are redacted on the way. Lines at
 * info or above are also handed to whoever keeps them (`withKeptLines`).
 */
export const createLogger = ({ level, service, write }: LoggerOptions): Logger => {
  const transport = write === undefined ? new transports.Console() : new transports.Stream({ stream: streamOf(write) });
  const winston = createWinston({
    level,
    transports: [transport],
    format: format.printf(({ level: lineLevel, message, fields }) => {
      const head = { time: new Date().toISOString(), level: lineLevel, service, message };
      // The first head gives the order, the second keeps fields of these names from taking their place.
      return JSON.stringify({ ...head, ...asFields(fields), ...head });
    }),
  });
  const log =
    (lineLevel: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (lineLevel !== 'debug') keepLine(lineLevel, message, fields);
      if (!winston.isLevelEnabled(lineLevel)) return;
      // Under `fields`: winston itself gives a meaning to some names beside the message.
      winston.log({ level: lineLevel, message: redactText(message), fields: redact({ ...currentLogContext(), ...fields }) });
    };
  return { error: log('error'), warn: log('warn'), info: log('info'), debug: log('debug') };
};

/** Says nothing. */
export const silentLogger: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
};

/** The same log, for lines about the installation: they are kept with nobody's work. */
export const asideFrom = (logger: Logger): Logger => ({
  error: (message, fields) => withoutKeptLines(() => logger.error(message, fields)),
  warn: (message, fields) => withoutKeptLines(() => logger.warn(message, fields)),
  info: (message, fields) => withoutKeptLines(() => logger.info(message, fields)),
  debug: (message, fields) => logger.debug(message, fields),
});

const keepLine = (level: 'error' | 'warn' | 'info', message: string, fields: LogFields): void => {
  const keeping = currentKeeping();
  if (keeping === undefined) return;
  const clean = redactForOwner({ ...keeping.fields, ...fields });
  keeping.keep({ at: new Date(), level, message: redactText(message), fields: clean });
};

const asFields = (fields: unknown): object => (typeof fields === 'object' && fields !== null ? fields : {});

const streamOf = (write: (line: string) => void): Writable =>
  new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      write(String(chunk));
      done();
    },
  });
