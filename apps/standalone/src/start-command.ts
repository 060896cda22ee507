import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { type AppEnds, ServiceUnavailableError, createLogger, startLoopWatchdog, untilAborted } from '@otklik/shared';
import { type StandaloneConfig, pathsOf } from './config.ts';
import { createApiClient } from './demo/api-client.ts';
import { type Screen, createProgressView } from './demo/progress-view.ts';
import { type DemoReport, makeRunDemo } from './demo/run-demo.ts';
import { type Standalone, startStandalone } from './start-standalone.ts';

/** Longer than everything together needs to close. */
const CLOSING_MS = 40_000;

/** Nobody starts it again by itself, so it gets more time than a worker; but nothing else would ever hear a Ctrl-C. */
const BLOCKED_AFTER_MS = 15_000;
const FAREWELL = '\nOtklik stood still and was ended. Start it again: the data stays.';

type Deps = AppEnds & {
  /** Aborts when somebody wants it to end. */
  readonly stop: AbortSignal;
  readonly screen: Screen;
};

/** Starts everything, runs the demo, and serves until it is stopped; with `--once` it ends after the demo. Gives the exit code. */
export const runStartCommand = async (config: StandaloneConfig, { stop, screen, giveUpWith }: Deps): Promise<number> => {
  const say = (text: string): void => screen.write(`${text}\n`);
  const paths = pathsOf(config);
  await mkdir(paths.home, { recursive: true });
  const log = createWriteStream(paths.log, { flags: 'a', mode: 0o600 });
  const logger = createLogger({ level: config.logLevel, service: 'standalone', write: (line) => void log.write(line) });
  say(`Otklik starts. Its log is ${paths.log}`);
  const endItself = giveUpWith({ logger, withinMs: CLOSING_MS });
  const giveUp = (reason: string): void => {
    say(`\nOtklik can't go on (${reason}) and stops. Start it again: the data stays.`);
    endItself(reason);
  };
  const running = await startStandalone(config, { logger, giveUp, say: (sentence) => say(`  ${sentence}`) });
  const watchdog = startLoopWatchdog({ blockedAfterMs: BLOCKED_AFTER_MS, service: 'standalone', farewell: FAREWELL });
  try {
    const board = config.board.access === 'off' ? '' : `\n  queues at ${running.url}/admin/queues (the key is the password)`;
    say(`  API at ${running.url}, described at ${running.url}/docs\n  admin key ${running.adminKey}${board}\n`);
    const report = await demonstrate(running, { stop, screen });
    if (!config.isOnce && !stop.aborted) await serve(running, { stop, say });
    if (config.isOnce) return finish(report, say);
    return 0;
  } finally {
    await running.close();
    await watchdog.stop();
  }
};

/** Runs the demo, unless there is nothing to collect or somebody stopped it. */
const demonstrate = async (running: Standalone, { stop, screen }: Pick<Deps, 'stop' | 'screen'>): Promise<DemoReport | null> => {
  if (running.wall === null) {
    screen.write('Nothing is collected yet: name a wall, here (npm start -- --wall NAME) or in a request.\n');
    return null;
  }
  const api = createApiClient({ url: running.url, key: running.adminKey });
  const runDemo = makeRunDemo({ api, view: createProgressView(screen), locateExport: running.locateExport });
  screen.write(`Collecting, analyzing and exporting the wall ${running.wall}:\n`);
  try {
    const report = await runDemo(running.wall, stop);
    const { claimed, comments } = report.parse;
    if (claimed > comments)
      screen.write(`\nVK claims ${claimed} comments and shows ${comments}: it goes on counting removed and hidden ones.\n`);
    if (report.export.file !== null) screen.write(`\n${report.export.rows} comments are in ${report.export.file}\n`);
    return report;
  } catch (thrown) {
    if (stop.aborted) return null;
    throw thrown;
  }
};

type Serving = { readonly stop: AbortSignal; readonly say: (text: string) => void };

const serve = async ({ url, adminKey, wall }: Standalone, { stop, say }: Serving): Promise<void> => {
  const target = JSON.stringify({ target: { wall: wall ?? 'apiclub' } });
  say(`\nTry it (docs/user-guide.md goes on from there):\n\n  curl -s ${url}/v1/jobs/parse -H 'Authorization: Bearer ${adminKey}' \\`);
  say(`    -H 'Content-Type: application/json' -d '${target}'\n\nCtrl-C stops; the data stays.`);
  await untilAborted(stop);
  say('\nStopping.');
};

/** The report is the last line. */
const finish = (report: DemoReport | null, say: (text: string) => void): number => {
  if (report === null) return 1;
  const isDone = [report.parse, report.analyze, report.export].every(({ state }) => state === 'succeeded');
  if (!isDone) throw new ServiceUnavailableError('The demo did not succeed: the lines above and the log say why.');
  say(JSON.stringify(report));
  return 0;
};
