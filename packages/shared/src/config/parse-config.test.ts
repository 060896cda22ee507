import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ConfigError } from '../errors/config-error.ts';
import { parseConfig } from './parse-config.ts';

const Env = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  PORT: z.coerce.number().int().min(1).max(65_535).default(3_000),
  LEVEL: z.enum(['info', 'debug']).default('info'),
});

const faultsOf = (env: Record<string, string | undefined>): string => {
  try {
    parseConfig(Env, env);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ConfigError);
    return String(thrown);
  }
  throw new Error('The environment was accepted.');
};

describe('the configuration', () => {
  test('when it is whole, then it comes typed, with defaults, and without what nobody asked for', () => {
    expect(parseConfig(Env, { DATABASE_URL: 'postgres://db/x', PORT: '80', HOME: '/' })).toEqual({
      DATABASE_URL: 'postgres://db/x',
      PORT: 80,
      LEVEL: 'info',
    });
  });

  test('when several variables are wrong, then all are named at once, one a line', () => {
    const lines = faultsOf({ PORT: '99999', LEVEL: 'loud' }).split('\n').slice(1);
    expect(lines.map((line) => line.trim().split(':')[0])).toEqual(['DATABASE_URL', 'PORT', 'LEVEL']);
  });

  test('when a value is wrong, then it is not told', () => {
    const text = faultsOf({ DATABASE_URL: 'mysql://u:hush@db', PORT: 'hush', LEVEL: 'hush' });
    expect(text).not.toContain('hush');
  });

  test('when a number is not one, then that is said in words of people', () => {
    expect(faultsOf({ DATABASE_URL: 'postgres://db/x', PORT: 'three' })).toContain('PORT: must be a number');
  });

  test('when a variable is empty, then it counts as absent', () => {
    expect(parseConfig(Env, { DATABASE_URL: 'postgres://db/x', PORT: '', LEVEL: undefined })).toMatchObject({ PORT: 3_000, LEVEL: 'info' });
    expect(faultsOf({ DATABASE_URL: '' })).toContain('DATABASE_URL');
  });

  test('when the fault lies between variables, then the environment is named', () => {
    const Either = z
      .object({ A: z.string().optional(), B: z.string().optional() })
      .refine(({ A, B }) => A !== undefined || B !== undefined, 'A or B is needed');
    expect(() => parseConfig(Either, {})).toThrow('environment: A or B is needed');
  });
});
