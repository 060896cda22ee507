import { on } from 'node:events';

/**
 * Loaded into a program from outside (`--import`, with `--expose-gc`): at SIGUSR2 it collects what is garbage and tells on
 * stderr what is left, in bytes.
 */
const answerSignals = async (): Promise<void> => {
  for await (const _ of on(process, 'SIGUSR2')) {
    // Twice: what finalizers let go of is garbage only then.
    globalThis.gc?.();
    globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    process.stderr.write(`${JSON.stringify({ memory: { rss, heapUsed, external } })}\n`);
  }
};
void answerSignals();
