import { afterEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { waitFor } from '@otklik/testing';
import { type Checkout, finished, layCheckout } from './testing/checkout-under-test.ts';

const PRINTS_ARGUMENTS = 'process.stdout.write(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;';
const COUNTS_SIGNALS = `
  import { appendFileSync } from 'node:fs';
  const alive = setInterval(() => undefined, 1_000);
  process.on('SIGTERM', () => {
    appendFileSync(process.env.CHECKOUT + '/signals', 'x');
    // A second signal would come within this time.
    setTimeout(() => { clearInterval(alive); process.exitCode = 5; appendFileSync(process.env.CHECKOUT + '/ended', 'x'); }, 200);
  });
  process.stdout.write('ready');
`;

describe('npm <command>', () => {
  const checkouts: Checkout[] = [];
  const lay = (program: string): Checkout => {
    const checkout = layCheckout(program);
    checkouts.push(checkout);
    return checkout;
  };
  afterEach(() => {
    for (const checkout of checkouts.splice(0)) checkout.remove();
  });

  test('when nothing is there yet, then it installs, builds and runs; stdout and the exit code are the program’s', async () => {
    const checkout = lay(PRINTS_ARGUMENTS);
    const { code, stdout, stderr } = await checkout.run();
    expect({ code, stdout }).toEqual({ code: 7, stdout: '["--flag"]' });
    expect(stderr).toMatch(/^Installing packages … .*s\nBuilding … .*s\n$/);
    expect(checkout.asked()).toEqual(['install', 'build']);
  });

  test('when nothing changed since, then it asks nobody and says nothing', async () => {
    const checkout = lay(PRINTS_ARGUMENTS);
    await checkout.run();
    const again = await checkout.run();
    expect(again).toEqual({ code: 7, stdout: '["--flag"]', stderr: '' });
    expect(checkout.asked()).toEqual(['install', 'build']);
  });

  test('when a source or the lock file changes, then only what follows from it is done again', async () => {
    const checkout = lay(PRINTS_ARGUMENTS);
    await checkout.run();
    checkout.write('packages/db/src/other.ts', 'export const other = 1;');
    await checkout.run();
    expect(checkout.asked()).toEqual(['install', 'build', 'build']);
    checkout.write('pnpm-lock.yaml', 'lockfileVersion: 2');
    await checkout.run();
    expect(checkout.asked()).toEqual(['install', 'build', 'build', 'install']);
  });

  test('when only a test changes, or what was built is removed, then it builds in the second case only', async () => {
    const checkout = lay(PRINTS_ARGUMENTS);
    await checkout.run();
    checkout.write('packages/db/src/other.test.ts', 'export {};');
    await checkout.run();
    expect(checkout.asked()).toEqual(['install', 'build']);
    checkout.remove('packages/db/dist');
    await checkout.run();
    expect(checkout.asked()).toEqual(['install', 'build', 'build']);
  });

  test('when two start at once, then one prepares and both run', async () => {
    const checkout = lay(PRINTS_ARGUMENTS);
    const both = await Promise.all([checkout.run(), checkout.run()]);
    expect(both.map(({ stdout }) => stdout)).toEqual(['["--flag"]', '["--flag"]']);
    expect(checkout.asked()).toEqual(['install', 'build']);
  });

  test('when whoever prepared was killed, then its lock holds nobody up', async () => {
    const checkout = lay(PRINTS_ARGUMENTS);
    const { pid } = spawnSync(process.execPath, ['--version']);
    checkout.write('node_modules/.otklik/preparing.lock', JSON.stringify({ pid, host: hostname(), id: 'dead' }));
    expect((await checkout.run()).code).toBe(7);
    expect(checkout.has('node_modules/.otklik/preparing.lock')).toBe(false);
  });

  test('when installing fails, then it shows why, says what to do, and tries again next time', async () => {
    const checkout = lay(PRINTS_ARGUMENTS);
    checkout.write('broken', '');
    const { code, stdout, stderr } = await checkout.run();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('the registry is closed');
    expect(stderr).toContain('Installing packages failed.');
    checkout.remove('broken');
    expect((await checkout.run()).code).toBe(7);
  });

  test('when npm has left its settings in the environment, then the package manager sees those of the registry only', async () => {
    const checkout = lay(PRINTS_ARGUMENTS);
    await checkout.run({ npm_config_registry: 'http://registry.test', npm_config_prefix: '/nowhere', npm_package_name: 'x', HOME: '' });
    const seen = checkout.read('npx.env');
    expect(seen).toContain('npm_config_registry=http://registry.test');
    expect(seen).not.toMatch(/npm_config_prefix|npm_package_name/);
    expect(seen).toMatch(/^HOME=.+/m);
  });

  test('when a signal reaches the whole group and then comes again, then the program gets one and ends in order', async () => {
    const checkout = lay(COUNTS_SIGNALS);
    const child = checkout.start();
    await once(child.stdout, 'data');
    process.kill(-Number(child.pid), 'SIGTERM');
    await waitFor(() => checkout.has('signals'));
    child.kill('SIGTERM');
    const { code } = await finished(child);
    expect({ code, signals: checkout.read('signals') }).toEqual({ code: 5, signals: 'x' });
  });

  test('when the starter is killed, then the program does not stay behind', async () => {
    const checkout = lay(COUNTS_SIGNALS);
    const child = checkout.start();
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await finished(child);
    await waitFor(() => checkout.has('ended'));
  });
});
