// Fails a file of tests that leaves sockets, servers, child processes or workers open after its last hook.
import { setTimeout as wait } from 'node:timers/promises';
import { TestEnvironment } from 'jest-environment-node';
import { compileOnce } from './compile-once.mjs';

const WATCHED = new Set([
  'TCPSocketWrap',
  'TCPServerWrap',
  'TLSWrap',
  'PipeWrap',
  'PipeServerWrap',
  'UDPWrap',
  'ProcessWrap',
  'MessagePort',
]);
const GRACE_MS = 2_000;

compileOnce();

export default class LeakCheckingEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    // They are opened at their first use, which may be anybody's; they belong to the process, not to the file.
    void process.stdout;
    void process.stderr;
    this.before = countHandles();
  }

  async handleTestEvent(event, state) {
    if (event.name !== 'run_finish') return;
    const leaked = await findLeaks(this.before);
    if (leaked.length === 0) return;
    state.unhandledErrors.push(new Error(`The file leaves handles open: ${leaked.join(', ')}. Close in afterAll what it opens.`));
  }
}

const findLeaks = async (before) => {
  const deadline = performance.now() + GRACE_MS;
  for (;;) {
    const leaked = Object.entries(countHandles()).filter(([kind, count]) => count > (before[kind] ?? 0));
    if (leaked.length === 0 || performance.now() > deadline) return leaked.map(([kind, count]) => `${count - (before[kind] ?? 0)} ${kind}`);
    await wait(20);
  }
};

const countHandles = () => {
  const counts = {};
  for (const kind of process.getActiveResourcesInfo()) if (WATCHED.has(kind)) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};
