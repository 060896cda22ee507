export { aKey, aKind, countingLoad, type CachePromise } from './cache/cache-material.ts';
export { cachePromises } from './cache/cache-promises.ts';
export { aNewJob } from './data/a-new-job.ts';
export { aParseResult } from './data/a-parse-result.ts';
export { aComment, anAuthor, aPost, aStub } from './data/collected-rows.ts';
export {
  type DataUnderTest,
  type JobOptions,
  leaseOf,
  leaseOfStart,
  openDataUnderTest,
  someProgress,
  startedJobOf,
} from './data/data-under-test.ts';
export { committedDocument } from './documents/committed-document.ts';
export { guard } from './processes/guard.ts';
export {
  REPO_ROOT,
  runProcess,
  type ExitStatus,
  type ProcessPlace,
  type RunningProcess,
  type RunProcessOptions,
} from './processes/run-process.ts';
export { deep, isDeepRun, runSeed } from './run/deep.ts';
export { askRedis } from './services/ask-redis.ts';
export { openSession, type Session } from './services/open-session.ts';
export { startPrivatePostgres, type PrivatePostgresOptions, type PrivateServer } from './services/private-postgres.ts';
export { QUICK_INSERTS, SLEEPY_INSERTS } from './services/sleepy-inserts.ts';
export { startPrivateRedis, type PrivateRedis, type PrivateRedisOptions } from './services/private-redis.ts';
export { startTcpProxy, type TcpProxy } from './services/tcp-proxy.ts';
export { makeTempDir, type TempDir } from './services/temp-dir.ts';
export { createEmptyDatabase, createTestDatabase, queryOn, type TestDatabase } from './services/test-database.ts';
export { describeWithRedis, hasRedis, testRedis, type TestRedis } from './services/test-redis.ts';
export { sharedData, testWithData } from './shared-data.ts';
export { waitForJob } from './waiting/wait-for-job.ts';
export { waitFor, type WaitOptions } from './waiting/wait-for.ts';
