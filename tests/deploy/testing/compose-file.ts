import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPO_ROOT } from '@otklik/testing';
import { parse } from 'yaml';
import { z } from 'zod';

const Service = z.looseObject({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string(), target: z.string() }).optional(),
  user: z.string().optional(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
  group_add: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.looseObject({ test: z.array(z.string()).optional(), disable: z.boolean().optional() }).optional(),
  stop_grace_period: z.string(),
  logging: z.object({ driver: z.string(), options: z.record(z.string(), z.string()) }),
  cpus: z.number(),
  mem_limit: z.string(),
  pids_limit: z.int(),
});
export type Service = z.output<typeof Service>;

const Compose = z.looseObject({
  services: z.record(z.string(), Service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().default(false) })),
  volumes: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});
export type ComposeFile = z.output<typeof Compose>;

const TEXT = readFileSync(join(REPO_ROOT, 'docker-compose.yml'), 'utf8');

/** As written, anchors followed, for the specification to judge. */
export const rawComposeFile = (): unknown => parse(TEXT, { merge: true });

/** With its variables filled in as Docker Compose does it, from these and from the defaults in the file. */
export const readComposeFile = (variables: Readonly<Record<string, string>> = { SECRETS_GID: '1000' }): ComposeFile =>
  Compose.parse(parse(TEXT, (_, value: unknown) => (typeof value === 'string' ? fillIn(value, variables) : value), { merge: true }));

/** `${NAME:-default}`, `${NAME:?what is wrong}` and `$$`. Throws what the file says when a variable is missing. */
const fillIn = (text: string, variables: Readonly<Record<string, string>>): string =>
  text.replaceAll(/(?<!\$)\$\{\w+:[-?][^}]*\}/g, (asked) => valueOf(asked, variables)).replaceAll('$$', '$');

const valueOf = (asked: string, variables: Readonly<Record<string, string>>): string => {
  const [, name = '', kind, words = ''] = /^\$\{(\w+):([-?])([^}]*)\}$/.exec(asked) ?? [];
  const value = variables[name];
  if (value !== undefined && value !== '') return value;
  if (kind === '?') throw new Error(`${name} ${words}`);
  return words;
};

/** Every variable that the file asks for. */
export const composeVariables = (): readonly string[] => [...new Set([...TEXT.matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name = '']) => name))];

/** `45s`, `1m`: in milliseconds. */
export const milliseconds = (text: string): number => {
  const [, count = '', unit = ''] = /^(\d+)(s|m)$/.exec(text) ?? [];
  return Number(count) * (unit === 'm' ? 60_000 : 1_000);
};
