import { createHash, randomBytes } from 'node:crypto';

/** The user that API and worker are, on both Redis. */
const REDIS_USER = 'otklik';

/**
 * Everything that a server's containers have to know and nobody else may, by the name of its file. What belongs together
 * (a password and the address that holds it) comes from one word, so all of it is made at once.
 */
export const makeSecrets = () => {
  const migrator = newPassword();
  const app = newPassword();
  const queue = newPassword();
  const cache = newPassword();
  return {
    postgres_password: newPassword(),
    postgres_migrator_password: migrator,
    postgres_app_password: app,
    migrator_url: `postgresql://otklik_migrator:${migrator}@postgres:5432/otklik`,
    database_url: `postgresql://otklik_app:${app}@postgres:5432/otklik`,
    redis_queue_password: queue,
    redis_queue_acl: aclFile(queue),
    queue_url: `redis://${REDIS_USER}:${queue}@redis-queue:6379`,
    redis_cache_password: cache,
    redis_cache_acl: aclFile(cache),
    cache_url: `redis://${REDIS_USER}:${cache}@redis-cache:6379`,
    grafana_password: newPassword(),
    otklik_keyring: `${new Date().toISOString().slice(0, 10)}:${randomBytes(32).toString('base64')}\n`,
    // Only its owner can know it.
    vk_token: '',
    // No secret; a file because the worker takes its token from one.
    demo_vk_token: 'simulator-service-token',
  };
};

/**
 * What the application may do on a Redis, as `ACL SETUSER` takes it: everything with its keys, scripts and channels, and
 * nothing to the server. No FLUSHALL, KEYS, CONFIG, DEBUG, SHUTDOWN; INFO and the list of clients are for the metrics.
 */
export const appRules = (password) => [
  'reset',
  'on',
  `#${createHash('sha256').update(password).digest('hex')}`,
  '~*',
  '&*',
  '+@all',
  '-@admin',
  '-@dangerous',
  '+info',
  '+client|list',
];

const aclFile = (password) => `user default reset off\nuser ${REDIS_USER} ${appRules(password).join(' ')}\n`;

/** 192 bits, in letters that need no escaping in an address. */
const newPassword = () => randomBytes(24).toString('base64url');
