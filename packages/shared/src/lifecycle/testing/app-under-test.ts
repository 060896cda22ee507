import { ConfigError } from '../../errors/config-error.ts';
import { StorageError } from '../../errors/infrastructure-errors.ts';
import { type AppEnds, runApp } from '../run-app.ts';
import { createLogger } from '../../logging/logger.ts';
import { untilAborted } from '../until-aborted.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
/** Keeps the event loop alive, as an open server would. */
const holdOn = (): void => void setInterval(() => undefined, 1_000);

const serve = async (stop: AbortSignal): Promise<void> => {
  holdOn();
  say('ready');
  await untilAborted(stop);
  say('closed');
};

/** Finds out twice, within an instant, that it can't go on. */
const giveUpTwice = ({ giveUpWith }: AppEnds, withinMs: number): void => {
  const giveUp = giveUpWith({ logger: createLogger({ level: 'info', service: 'test', write: say }), withinMs });
  setImmediate(() => {
    giveUp('deaf');
    giveUp('dumb');
  });
};

/** Says something on the stream again and again, and at last how many errors nobody caught. */
const chat = async (stream: NodeJS.WriteStream, stop: AbortSignal): Promise<void> => {
  let uncaught = 0;
  process.on('uncaughtException', () => (uncaught += 1));
  setInterval(() => stream.write('anybody?\n'), 5);
  setInterval(() => say(`uncaught: ${uncaught}`), 20);
  await serve(stop);
};

const mains: Readonly<Record<string, (stop: AbortSignal, ends: AppEnds) => Promise<number | void>>> = {
  serve,
  hopeless: async (stop, ends) => {
    giveUpTwice(ends, 60_000);
    await serve(stop);
    return 0;
  },
  'hopeless and stuck': async (stop, ends) => {
    giveUpTwice(ends, 100);
    await serve(stop);
    await new Promise(() => undefined);
  },
  'chatting on stderr': (stop) => chat(process.stderr, stop),
  'chatting on stdout': (stop) => chat(process.stdout, stop),
  stuck: async (stop) => {
    await serve(stop);
    await new Promise(() => undefined);
  },
  number: async () => 3,
  config: async () => {
    throw new ConfigError('The configuration is not usable:\n  A: required\n  B: required');
  },
  ours: async () => {
    throw new StorageError('STORAGE', 'The file could not be written.', { cause: new Error('EACCES with vk1.a.hush') });
  },
  bug: async () => {
    throw new TypeError('x is not a function');
  },
  rejection: async (stop) => {
    void Promise.reject(new Error('nobody caught this'));
    await serve(stop);
    return 0;
  },
  exception: async (stop) => {
    setImmediate(() => {
      throw new Error('nobody caught this');
    });
    await serve(stop);
  },
};

const main = mains[process.argv[2] ?? ''];
if (main === undefined) throw new Error('Which program?');
await runApp({ main });
