import { appendFileSync, chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSecrets } from './server-secrets.mjs';

/** The user of our images: what root makes belongs to a group that nobody on the host is in. */
const GID_OF_IMAGES = 10_001;

/** Files that hold the same password in different forms: all of them are made, or none. */
const TOGETHER = [
  ['postgres_password', 'postgres_migrator_password', 'postgres_app_password', 'migrator_url', 'database_url'],
  ['redis_queue_password', 'redis_queue_acl', 'queue_url'],
  ['redis_cache_password', 'redis_cache_acl', 'cache_url'],
  ['grafana_password'],
  ['otklik_keyring'],
  ['vk_token'],
  ['demo_vk_token'],
];

export class SecretsIncomplete extends Error {}

/**
 * Makes the secrets that are missing in `deploy/secrets` of a checkout, and overwrites none.
 *
 * The folder is closed to everybody but its owner; that is what protects the files on the host. The files themselves can
 * be read by their group, because a container sees them through a mount that keeps owner and rights, its users have other
 * numbers, and docker-compose.yml puts them into this one group.
 * @throws {SecretsIncomplete} when one of several files that belong together is gone
 */
export const keepSecrets = (checkout) => {
  const folder = join(checkout, 'deploy/secrets');
  const gid = process.getuid?.() === 0 ? GID_OF_IMAGES : process.getgid();
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const fresh = makeSecrets();
  const missing = TOGETHER.filter((names) => isMissing(folder, names)).flat();
  for (const name of missing) {
    const path = join(folder, name);
    writeFileSync(path, fresh[name], { flag: 'wx', mode: 0o600 });
    chownSync(path, -1, gid);
    chmodSync(path, 0o640);
  }
  tellCompose(join(checkout, '.env'), gid);
  return { made: missing, gid, folder, hasToken: statSync(join(folder, 'vk_token')).size > 0 };
};

const isMissing = (folder, names) => {
  const gone = names.filter((name) => !existsSync(join(folder, name)));
  if (gone.length > 0 && gone.length < names.length)
    throw new SecretsIncomplete(
      `${folder} lacks ${gone.join(', ')}, which hold the same password as ${names.filter((name) => !gone.includes(name)).join(', ')}. ` +
        'Restore them from your backup; new ones would not open the stores that exist.',
    );
  return gone.length > 0;
};

/** Docker Compose reads `.env` beside its file. What a person wrote there stays. */
const tellCompose = (path, gid) => {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (/^SECRETS_GID=/m.test(text)) return;
  appendFileSync(path, `${text === '' || text.endsWith('\n') ? '' : '\n'}SECRETS_GID=${gid}\n`);
};
