// Who may import whom: ARCHITECTURE.md, in a form that a machine can hold us to.

/** Tests and the helpers beside them. */
const TESTS = ['\\.test\\.ts$', '/src/testing/', '/src/.+/testing/'];
/** What only tests, the demo and the benchmarks may lean on. */
const DEV_FOLDERS = '^(packages/testing|packages/vk-simulator|bench|tests)/';

/** Workspace packages that each folder may import besides itself. */
const layers = {
  'packages/contracts': [],
  'packages/shared': [],
  'packages/db': ['contracts', 'shared'],
  'packages/queue': ['contracts', 'shared'],
  'packages/vk': ['shared'],
  'packages/core': ['contracts', 'shared'],
  'packages/embedded-postgres': ['shared'],
  'packages/vk-simulator': ['shared'],
  'packages/testing': ['contracts', 'shared', 'db', 'embedded-postgres'],
  'apps/api': ['contracts', 'shared', 'core', 'db', 'queue', 'vk'],
  'apps/worker': ['contracts', 'shared', 'core', 'db', 'queue', 'vk'],
};

/** Third parties with one owner: the package's name, and the folders that may import it. */
const owners = [
  { of: 'prisma', name: '(@prisma/[^/]+|prisma)', may: ['packages/db'] },
  // BullMQ's own PostgreSQL backend is opened with a pool of the queue's.
  {
    of: 'pg',
    name: '(pg|pg-copy-streams)',
    may: ['packages/db', 'packages/queue', 'packages/embedded-postgres', 'packages/testing', 'bench'],
  },
  { of: 'bullmq', name: '(bullmq|@bull-board/[^/]+)', may: ['packages/queue', 'bench'] },
  { of: 'ioredis', name: 'ioredis', may: ['packages/queue', 'packages/shared', 'packages/testing', 'bench'] },
  { of: 'undici', name: 'undici', may: ['packages/vk'] },
  { of: 'express', name: '(express|helmet)', may: ['apps/api', 'packages/vk-simulator', 'bench'] },
  { of: 'vk-io', name: 'vk-io', may: ['packages/vk-simulator'] },
  { of: 'prom-client', name: 'prom-client', may: ['packages/shared'] },
  { of: 'lru-cache', name: 'lru-cache', may: ['packages/shared'] },
  { of: 'winston', name: 'winston', may: ['packages/shared'] },
  { of: 'opossum', name: 'opossum', may: ['packages/shared'] },
  { of: 'piscina', name: 'piscina', may: ['apps/worker'] },
  { of: 'embedded-postgres', name: '(embedded-postgres|@embedded-postgres/[^/]+)', may: ['packages/embedded-postgres'] },
  { of: 'zod-openapi', name: 'zod-openapi', may: ['packages/contracts'] },
];

const layerRules = Object.entries(layers).map(([folder, allowed]) => ({
  name: `layers-of-${folder.replace('/', '-')}`,
  comment: `${folder} imports ${allowed.join(', ') || 'no other package'}.`,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: TESTS },
  to: { path: '^(packages|apps|bench|tests)/', pathNot: `^(${[folder, ...allowed.map((name) => `packages/${name}`)].join('|')})/` },
}));

const ownerRules = owners.map(({ of, name, may }) => ({
  name: `owner-of-${of}`,
  comment: `Only ${may.join(', ')} may import ${of}: one place to change, and one border where its errors become ours.`,
  severity: 'error',
  from: { path: '^(packages|apps|bench)/', pathNot: [...TESTS, ...may.map((folder) => `^${folder}/`)] },
  to: { path: `(^|/)node_modules/${name}/` },
}));

const houseRules = [
  {
    name: 'no-cycles',
    comment: 'Arrows point down.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'apps-stay-apart',
    comment: 'Only standalone composes other apps; api and worker can not even reach each other.',
    severity: 'error',
    from: { path: '^apps/([^/]+)/', pathNot: '^apps/standalone/' },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  },
  {
    name: 'nobody-imports-an-app',
    comment: 'Apps are doors: nothing below leans on them. Benchmarks measure them.',
    severity: 'error',
    from: { path: '^packages/', pathNot: TESTS },
    to: { path: '^apps/' },
  },
  {
    name: 'no-deep-imports',
    comment: 'A package is entered through its index.ts only; that is its contract.',
    severity: 'error',
    from: { path: '^((packages|apps)/[^/]+|bench)/' },
    to: { path: '^(packages|apps)/[^/]+/(src|dist)/', pathNot: ['^$1/', '^(packages|apps)/[^/]+/(src|dist)/index\\.(ts|js|d\\.ts)$'] },
  },
  {
    name: 'no-tests-in-the-product',
    comment: 'Test files, @otklik/testing and the simulator never reach the product; standalone runs the simulator for its demo.',
    severity: 'error',
    from: { path: '^(packages|apps)/', pathNot: [...TESTS, '^packages/testing/', '^apps/standalone/'] },
    to: { path: [...TESTS, DEV_FOLDERS], pathNot: '^packages/vk-simulator/' },
  },
  {
    name: 'simulator-in-demo-only',
    comment: 'The simulator stands in for VK in tests, the demo and the benchmarks.',
    severity: 'error',
    from: { path: '^(packages|apps)/', pathNot: [...TESTS, '^packages/(testing|vk-simulator)/', '^apps/standalone/'] },
    to: { path: '^packages/vk-simulator/' },
  },
  {
    name: 'declared-only',
    comment: 'What a package imports stands in its package.json; only tests may use the dev dependencies of the root.',
    severity: 'error',
    from: { path: '^(packages|apps|bench)/', pathNot: TESTS },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'no-dev-dependencies-in-the-product',
    comment: 'A dev dependency is not there in production.',
    severity: 'error',
    from: { path: '^(packages|apps)/', pathNot: [...TESTS, '\\.config\\.ts$', '^packages/testing/'] },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'] },
  },
  {
    name: 'resolvable',
    comment: 'An import that leads nowhere.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
];

export default {
  forbidden: [...houseRules, ...layerRules, ...ownerRules],
  options: {
    doNotFollow: { path: 'node_modules|/generated/|/dist/' },
    exclude: { path: '/dist/' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['otklik-source', 'import', 'node', 'default'] },
  },
};
