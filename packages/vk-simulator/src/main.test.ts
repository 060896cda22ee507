import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const run = (...args: readonly string[]) => {
  const child = spawn(process.execPath, ['--conditions=otklik-source', fileURLToPath(new URL('main.ts', import.meta.url)), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {},
  });
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8');
  return child;
};

describe('command', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'when started, then it tells its address, token and wall in one line; %s ends it with 0',
    async (signal) => {
      const child = run('--port', '0', '--seed', '7', '--rps', '3', '--latency', '0-5', '--latency-per-call', '1', '--log', '0');
      const [line] = await once(child.stdout, 'data');
      const url = /^VK is simulated at (http:\/\/127\.0\.0\.1:\d+), token \S+, demo wall severorechensk \(-1000001\)\n$/.exec(
        String(line),
      )?.[1];
      expect((await fetch(`${url}/_truth?wall=-1000009`)).status).toBe(200);
      expect(await (await fetch(`${url}/method/users.get`)).text()).toContain('"error_code":8');
      expect(await (await fetch(`${url}/_log`)).json()).toEqual([]);
      child.kill(signal);
      expect(await once(child, 'exit')).toEqual([0, null]);
    },
  );

  test('when an option is wrong, then it says which and exits with 78', async () => {
    const child = run('--port', 'abc', '--latency', 'fast');
    const exit = once(child, 'exit');
    const [message] = await once(child.stderr, 'data');
    expect(String(message)).toMatch(/port.*\n.*latency: must be milliseconds/);
    expect(await exit).toEqual([78, null]);
  });
});
