import { describe, expect, test } from '@jest/globals';
import { createLogger } from '../logging/logger.ts';
import { createScope } from './scope.ts';

describe('a scope', () => {
  test('when it closes, then what was opened last is closed first, each after the one before is done', async () => {
    const events: string[] = [];
    const scope = createScope();
    for (const name of ['postgres', 'redis', 'http'])
      scope.use(name, name, async (thing) => {
        events.push(`${thing} begins`);
        await Promise.resolve();
        events.push(`${thing} closed`);
      });
    await scope.close();
    expect(events).toEqual(['http begins', 'http closed', 'redis begins', 'redis closed', 'postgres begins', 'postgres closed']);
  });

  test('when a closer fails, then it is logged and the others still run', async () => {
    const closed: string[] = [];
    const lines: string[] = [];
    const scope = createScope({ logger: createLogger({ level: 'warn', service: 't', write: (line) => lines.push(line) }) });
    scope.use('first', 1, () => closed.push('first'));
    scope.use('rejects', 2, () => Promise.reject(new Error('stuck')));
    scope.use('throws', 3, () => {
      throw new Error('broken');
    });
    scope.use('last', 4, () => closed.push('last'));
    await scope.close();
    expect(closed).toEqual(['last', 'first']);
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { message: 'closing failed', resource: 'throws' },
      { message: 'closing failed', resource: 'rejects' },
    ]);
  });

  test('when a closer waits for what never comes, then the others still run, and closing ends in time', async () => {
    const closed: string[] = [];
    const lines: string[] = [];
    const logger = createLogger({ level: 'warn', service: 't', write: (line) => lines.push(line) });
    const scope = createScope({ logger, withinMs: 30 });
    scope.use('first', 1, () => closed.push('first'));
    for (const name of ['a', 'b', 'c', 'd']) scope.use(name, 2, () => new Promise(() => undefined));
    scope.use('last', 3, () => closed.push('last'));
    await scope.close();
    expect(closed).toEqual(['last', 'first']);
    const left = lines.map((line): unknown => JSON.parse(line)).filter((line) => JSON.stringify(line).includes('took longer'));
    expect(left).toMatchObject(['d', 'c', 'b', 'a'].map((resource) => ({ message: 'closing failed', resource })));
  });

  test('when it is closed again, then nothing runs twice and both wait for the end', async () => {
    let count = 0;
    const scope = createScope();
    scope.use('x', undefined, async () => {
      await Promise.resolve();
      count += 1;
    });
    await Promise.all([scope.close(), scope.close()]);
    await scope.close();
    expect(count).toBe(1);
  });

  test('when a thing is given, then the same is handed back', () => {
    const thing = {};
    expect(createScope().use('thing', thing, () => undefined)).toBe(thing);
  });
});
