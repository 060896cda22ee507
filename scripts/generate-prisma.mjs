// Generates the Prisma client. Prisma would download a schema engine that generating does not use
// (and that closed networks can't reach), so it is pointed at a program that does nothing.
import { spawnSync } from 'node:child_process';

const { status } = spawnSync('prisma', ['generate'], {
  stdio: 'inherit',
  env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' },
});
process.exit(status ?? 1);
