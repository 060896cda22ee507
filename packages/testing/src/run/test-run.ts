/** How the servers of the run are handed from the global set-up to the files of tests: environment variables. */
const RUN_VARIABLES = {
  postgresUrl: 'OTKLIK_TEST_POSTGRES_URL',
  template: 'OTKLIK_TEST_TEMPLATE',
  templateError: 'OTKLIK_TEST_TEMPLATE_ERROR',
  redisUrl: 'OTKLIK_TEST_REDIS_URL',
} as const;

/** What the run offers. A missing `redisUrl`: there is no Redis on this machine. */
export type TestRun = {
  /** Administrator of the run's PostgreSQL. */
  readonly postgresUrl: string;
  /** Database with all migrations applied, to be cloned. */
  readonly template: string;
  /** Why the template could not be made; the tests that need a database fail with it. */
  readonly templateError?: string;
  readonly redisUrl?: string;
};

/** The run that this file belongs to. Throws outside of one. */
export const currentTestRun = (): TestRun => {
  const postgresUrl = process.env[RUN_VARIABLES.postgresUrl];
  const templateError = process.env[RUN_VARIABLES.templateError];
  const redisUrl = process.env[RUN_VARIABLES.redisUrl];
  if (postgresUrl === undefined) throw new Error('There is no test run: is globalSetup of jest.config.mjs in place?');
  return {
    postgresUrl,
    template: process.env[RUN_VARIABLES.template] ?? '',
    ...(templateError === undefined ? {} : { templateError }),
    ...(redisUrl === undefined ? {} : { redisUrl }),
  };
};

/** The same as environment variables. */
export const toRunVariables = (run: TestRun): Record<string, string> =>
  Object.fromEntries(
    Object.entries(run).flatMap(([key, value]) => (isRunKey(key) && value !== undefined ? [[RUN_VARIABLES[key], value]] : [])),
  );

const isRunKey = (key: string): key is keyof typeof RUN_VARIABLES => Object.hasOwn(RUN_VARIABLES, key);
