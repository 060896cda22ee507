// `npm run secrets`: passwords and addresses for docker-compose.yml, each in a file of its own. What is there stays.
import { say } from './lib/say.mjs';
import { keepSecrets, SecretsIncomplete } from './lib/keep-secrets.mjs';
import { root } from './lib/paths.mjs';

try {
  const { made, gid, folder, hasToken } = keepSecrets(root);
  say(made.length === 0 ? `All secrets are in ${folder} already.` : `Made in ${folder}: ${made.join(', ')}.`);
  say(`Containers read them through group ${gid} (SECRETS_GID in .env).`);
  if (made.includes('otklik_keyring'))
    say(`Keep a copy of ${folder}/otklik_keyring apart from backups of the database: without it stored tokens are lost.`);
  if (!hasToken)
    say(`Still missing: a token of VK. Add one with POST /v1/vk-tokens, or write it into ${folder}/vk_token; the demo needs none.`);
} catch (error) {
  if (!(error instanceof SecretsIncomplete)) throw error;
  say(error.message);
  process.exitCode = 1;
}
