import { once } from 'node:events';
import { migrateTemplate } from './template.ts';
import { type TestRun, toRunVariables } from './test-run.ts';
import { findRedisProgram, launchRedis } from '../services/redis-server.ts';
import { throwAwayPostgres } from '../services/throw-away-postgres.ts';

// The servers of one run of tests. It says where they are in one line of JSON, and stops them when its input ends: that
// happens when the run is over and also when the run is killed, so nothing is ever left behind.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
const inputEnded = once(process.stdin.resume(), 'end');

const postgres = await throwAwayPostgres({ max_connections: '400' });
const program = findRedisProgram();
const redis = program === undefined ? undefined : await launchRedis({ program });
try {
  const template = await migrateTemplate(postgres.url);
  const run: TestRun = { postgresUrl: postgres.url, ...template, ...(redis === undefined ? {} : { redisUrl: redis.url }) };
  process.stdout.write(`${JSON.stringify(toRunVariables(run))}\n`);
  await inputEnded;
} finally {
  await Promise.all([postgres.stop(), redis?.stop()]);
}
