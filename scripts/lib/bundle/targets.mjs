// What can be bundled: the packages it begins with, and what lies beside them. Their workspace dependencies follow.

export const targets = {
  /** A server: API, worker, migrations, keys. */
  product: {
    roots: ['apps/api', 'apps/worker', 'packages/db'],
    extras: [
      ['prisma/migrations', 'prisma/migrations'],
      ['deploy/healthcheck.mjs', 'healthcheck.mjs'],
      ['LICENSE', 'LICENSE'],
    ],
    /** Each has to be there, or the bundle is worth nothing. */
    entries: [
      'apps/api/dist/main.js',
      'apps/api/dist/keys-main.js',
      'apps/worker/dist/main.js',
      'packages/core/dist/analyze/analysis-thread.js',
      'packages/db/dist/main.js',
    ],
  },
  /** A VK that is not VK, for the demo. A bundle of its own, so that no server ever holds it. */
  simulator: {
    roots: ['packages/vk-simulator'],
    extras: [['LICENSE', 'LICENSE']],
    entries: ['packages/vk-simulator/dist/main.js'],
  },
};
