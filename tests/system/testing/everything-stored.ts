import { type TestDatabase, askRedis } from '@otklik/testing';

/** Keys and values of every type, whatever wrote them. */
const ALL_OF_REDIS = `
local out = {}
local function add(value)
  if type(value) == 'table' then for _, part in ipairs(value) do add(part) end else out[#out + 1] = tostring(value) end
end
for _, key in ipairs(redis.call('KEYS', '*')) do
  add(key)
  local kind = redis.call('TYPE', key).ok
  if kind == 'string' then add(redis.call('GET', key))
  elseif kind == 'hash' then add(redis.call('HGETALL', key))
  elseif kind == 'list' then add(redis.call('LRANGE', key, 0, -1))
  elseif kind == 'set' then add(redis.call('SMEMBERS', key))
  elseif kind == 'zset' then add(redis.call('ZRANGE', key, 0, -1, 'WITHSCORES'))
  elseif kind == 'stream' then add(redis.call('XRANGE', key, '-', '+'))
  else error('unknown kind of key: ' .. kind) end
end
return table.concat(out, '\\n')`;

/** Everything that a Redis holds, as text. For a server of one's own. */
export const allOfRedis = (url: string): Promise<string> => askRedis(url, ['EVAL', ALL_OF_REDIS, '0']);

const TABLES = `
SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`;

/** Every row of every table, as text; bytes in hex. */
export const allOfPostgres = async (database: Pick<TestDatabase, 'query'>): Promise<string> => {
  const texts: string[] = [];
  for (const { name } of await database.query<{ readonly name: string }>(TABLES)) {
    const [row] = await database.query<{ readonly rows: string | null }>(`SELECT string_agg(t::text, E'\\n') AS rows FROM ${name} t`);
    texts.push(`${name}\n${row?.rows ?? ''}`);
  }
  return texts.join('\n');
};

/** The forms in which a secret may lie somewhere: as it is, and as bytes in hex and base64. */
const formsOf = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret);
  // Base64 of the same bytes depends on what stands before them; the middle of it is found wherever it begins.
  const shifted = [0, 1, 2].map((by) =>
    Buffer.concat([Buffer.alloc(by), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  return [secret, encodeURIComponent(secret), bytes.toString('hex'), ...shifted];
};

/** Names of those of the texts that hold a secret in any form. */
export const holdersOf = (secret: string, texts: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(texts)
    .filter(([, text]) => formsOf(secret).some((form) => text.includes(form)))
    .map(([name]) => name);
