import { startLoopWatchdog } from '../loop-watchdog.ts';

/** Blocks its main thread for the milliseconds that it is told, some turns apart, then serves for ever. */
const [blockedAfterMs = 0, ...blocks] = process.argv.slice(2).map(Number);
startLoopWatchdog({ blockedAfterMs, service: 'test' });
setInterval(() => undefined, 1_000);

for (const ms of blocks) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  const startedAt = performance.now();
  while (performance.now() - startedAt < ms);
}
process.stdout.write('ready\n');
