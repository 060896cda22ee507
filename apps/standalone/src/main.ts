import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { ServiceUnavailableError, createLogger, runApp, untilAborted } from '@otklik/shared';
import { loadStandaloneConfig, pathsOf } from './config.ts';
import { createApiClient } from './demo/api-client.ts';
import { createProgressView } from './demo/progress-view.ts';
import { type DemoReport, makeRunDemo } from './demo/run-demo.ts';
import { type Standalone, startStandalone } from './start-standalone.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** `npm start`. */
await runApp({
  main: async (stop) => {
    const config = loadStandaloneConfig(process.argv.slice(2), process.env);
    const paths = pathsOf(config);
    await mkdir(paths.home, { recursive: true });
    const log = createWriteStream(paths.log, { flags: 'a', mode: 0o600 });
    const logger = createLogger({ level: config.logLevel, service: 'standalone', write: (line) => void log.write(line) });
    say(`Otklik starts. Its log is ${paths.log}`);
    const running = await startStandalone(config, { logger, say: (sentence) => say(`  ${sentence}`) });
    try {
      say(`  API at ${running.url}\n  admin key ${running.adminKey}\n`);
      const report = await demonstrate(running, stop);
      if (!config.isOnce && !stop.aborted) await serve(running, stop);
      return finish(report, config.isOnce);
    } finally {
      await running.close();
    }
  },
});

/** Runs the demo, unless there is nothing to collect or somebody stopped it. */
const demonstrate = async (running: Standalone, stop: AbortSignal): Promise<DemoReport | null> => {
  if (running.wall === null) return null;
  const api = createApiClient({ url: running.url, key: running.adminKey });
  const screen = {
    isTerminal: process.stdout.isTTY,
    columns: process.stdout.columns ?? 100,
    write: (text: string) => void process.stdout.write(text),
  };
  const runDemo = makeRunDemo({ api, view: createProgressView(screen), locateExport: running.locateExport });
  say(`Collecting, analyzing and exporting the wall ${running.wall}:`);
  try {
    const report = await runDemo(running.wall, stop);
    if (report.export.file !== null) say(`\nThe comments are in ${report.export.file}`);
    return report;
  } catch (thrown) {
    if (stop.aborted) return null;
    throw thrown;
  }
};

const serve = async ({ url, adminKey, wall }: Standalone, stop: AbortSignal): Promise<void> => {
  const target = JSON.stringify({ target: { wall: wall ?? 'apiclub' } });
  say(`\nTry it:\n\n  curl -s ${url}/v1/jobs/parse -H 'Authorization: Bearer ${adminKey}' \\`);
  say(`    -H 'Content-Type: application/json' -d '${target}'\n\nCtrl-C stops; the data stays.`);
  await untilAborted(stop);
  say('\nStopping.');
};

/** With --once the report is the last line and decides the exit code. */
const finish = (report: DemoReport | null, isOnce: boolean): number => {
  if (report === null) return isOnce ? 1 : 0;
  const isDone = [report.parse, report.analyze, report.export].every(({ state }) => state === 'succeeded');
  if (!isOnce) return 0;
  if (!isDone) throw new ServiceUnavailableError('The demo did not succeed; the log says why.');
  process.stdout.write(`${JSON.stringify(report)}\n`);
  return 0;
};
