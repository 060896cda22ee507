// What each command needs to be ready, and the program that then takes over.
//   needs: 'nothing' but Node · 'packages' installed · 'generated' code too · 'build' of everything · 'rebuild' even if nothing changed

const app = (program) => ({ needs: 'build', program });

export const commands = {
  start: app('apps/standalone/dist/main.js'),
  migrate: app('packages/db/dist/main.js'),
  api: app('apps/api/dist/main.js'),
  // As in docker-compose.yml; the reason is in apps/worker/src/node-args.ts.
  worker: { ...app('apps/worker/dist/main.js'), nodeArgs: ['--max-semi-space-size=32', '--heap-growing-percent=100'] },
  keys: app('apps/api/dist/keys-main.js'),
  keyring: app('apps/api/dist/keyring-main.js'),
  doctor: app('apps/api/dist/doctor-main.js'),
  simulator: app('packages/vk-simulator/dist/main.js'),
  bench: app('bench/dist/main.js'),
  // From the sources, as the processes that it breaks.
  chaos: {
    needs: 'generated',
    program: 'tests/chaos/main.ts',
    nodeArgs: ['--conditions=otklik-source', '--disable-warning=ExperimentalWarning'],
  },
  images: { needs: 'nothing', program: 'scripts/images.mjs' },
  secrets: { needs: 'nothing', program: 'scripts/secrets.mjs' },
  build: { needs: 'rebuild' },
  bundle: { needs: 'build', program: 'scripts/bundle.mjs' },
  // Tests and checks read the sources, so a build that fails must not keep them from telling why.
  test: { needs: 'generated', program: 'scripts/test.mjs' },
  'test:deep': { needs: 'generated', program: 'scripts/test.mjs', env: { OTKLIK_DEEP: '1' } },
  coverage: { needs: 'generated', program: 'scripts/coverage.mjs' },
  // Documents that are made from the code are written by the tests that compare them.
  docs: { needs: 'generated', program: 'scripts/test.mjs', args: ['tests/docs', 'tests/observe/series'], env: { UPDATE_DOCS: '1' } },
  check: { needs: 'generated', program: 'scripts/check.mjs' },
  format: { needs: 'packages', program: 'node_modules/oxfmt/bin/oxfmt' },
};
