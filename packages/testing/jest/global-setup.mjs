// Starts the servers of the run (src/run/main.ts) in a process of their own and hands their addresses to the tests.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/run/main.ts', import.meta.url));

export default async function globalSetup() {
  const child = spawn(process.execPath, ['--conditions=otklik-source', '--disable-warning=ExperimentalWarning', main], {
    // Of its own session, so that a Ctrl-C does not reach it: it ends in order when its input ends.
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  globalThis.otklikTestRun = { child, exited };
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), exited.then(refuse)]);
  Object.assign(process.env, JSON.parse(line));
  if (process.env.OTKLIK_TEST_REDIS_URL === undefined) {
    process.stderr.write('\n!!! No redis-server or valkey-server on the PATH: the tests on Redis are SKIPPED. !!!\n\n');
  }
}

const refuse = ([code]) => {
  throw new Error(`The servers of the test run did not start (exit code ${code}).`);
};
