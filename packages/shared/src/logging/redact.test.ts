import { describe, expect, test } from '@jest/globals';
import { NotFoundError } from '../errors/input-errors.ts';
import { generateApiKey } from '../secrets/api-keys.ts';
import { redact, redactText } from './redact.ts';

const VK_TOKEN = 'vk1.a.Zt9-QkJ_0fR';

describe('a text for the log', () => {
  test.each([
    ['a token of VK', `GET /method?v=5.199 with ${VK_TOKEN} failed`, 'Zt9'],
    ['two tokens of VK', `VK_TOKENS=${VK_TOKEN},vk1.a.second`, 'second'],
    ['a service key', `VK refused ${'0af9'.repeat(20)}e1b2c`, '0af90af9'],
    ['nothing but a service key', '0af9'.repeat(18), '0af90af9'],
    ['what VK says it was asked with', '{"request_params":[{"key":"access_token","value":"hush"},{"key":"v"}]}', 'hush'],
    ['a token in a query', 'https://api.vk.com/method/wall.get?access_token=0123abcd&v=5.199', '0123abcd'],
    ['a token whose name has a prefix', 'client_secret=hush&refresh_token=hush', 'hush'],
    ['a token in JSON', 'answer was {"access_token":"hush","expires_in":0}', 'hush'],
    ['a bearer header', 'authorization: Bearer abc.def-ghi', 'abc.def'],
    ['a bearer header in lower case', 'authorization: bearer abc.def-ghi', 'abc.def'],
    ['nothing but a bearer header', 'bearer abcdef', 'abcdef'],
    ['nothing but a key of ours', `otk_${'a1'.repeat(6)}_${'b2'.repeat(12)}`, 'b2b2'],
    ['a basic header', 'Authorization: Basic dXNlcjpwdw==', 'dXNl'],
    ['a key of ours', `key ${generateApiKey().text} is unknown`, '_'],
    ['the password of a database', 'postgres://otklik:s3cret@db:5432/otklik refused', 's3cret'],
    ['a password with an at sign', 'postgres://otklik:s3@cret@db:5432/otklik refused', 'cret'],
    ['a password without a user', 'redis://:s3cret@cache:6379', 's3cret'],
  ])('when it holds %s, then that is gone', (_what, text, secret) => {
    expect(redactText(text)).toContain('[redacted]');
    expect(redactText(text)).not.toContain(secret);
  });

  test('when a secret stands in a sentence, then the rest of the sentence stays', () => {
    expect(redactText('GET https://api.vk.com/method/wall.get?access_token=abc&v=5.199 gave 500')).toBe(
      'GET https://api.vk.com/method/wall.get?access_token=[redacted]&v=5.199 gave 500',
    );
    expect(redactText('postgres://otklik:pw@db:5432/otklik refused')).toBe('postgres://otklik:[redacted]@db:5432/otklik refused');
  });

  test.each(['connect ECONNREFUSED 127.0.0.1:5432', 'http://127.0.0.1:3000/v1/jobs?page=2', 'tokens are counted', 'vk1 answered'])(
    'when nothing in it is secret (%s), then it stays as it is',
    (text) => expect(redactText(text)).toBe(text),
  );

  test('when it is too long, then it is cut, and no half of a secret is left at the cut', () => {
    for (let before = 3_960; before < 4_010; before += 1) {
      const text = redactText(`${' '.repeat(before)}postgres://otklik:s3cret@db/otklik ${'x'.repeat(5_000)}`);
      expect(text).not.toContain('s3');
      expect(text.length).toBeLessThanOrEqual(4_001);
      expect(text.endsWith('…')).toBe(true);
    }
  });

  test('when it is one endless word, then it is cut within a moment', () => {
    const start = performance.now();
    redactText('a'.repeat(5_000_000));
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe('a value for the log', () => {
  test.each([
    'token',
    'accessToken',
    'access_token',
    'ACCESS-TOKEN',
    'Authorization',
    'set-cookie',
    'password',
    'apiKey',
    'text',
    'payload',
    'body',
    'clientSecret',
    'vkTokens',
  ])('when a field is called %s, then its value is hidden at any depth', (name) => {
    const value = { [name]: 'hush' };
    expect(redact({ ...value, request: { headers: [value] } })).toEqual({
      [name]: '[redacted]',
      request: { headers: [{ [name]: '[redacted]' }] },
    });
  });

  test('when a field only counts or names tokens, then it is shown', () => {
    expect(redact({ tokens: 3, tokenKind: 'service', hasToken: true })).toEqual({ tokens: 3, tokenKind: 'service', hasToken: true });
  });

  test('when a secret stands in a nested text, then it is gone', () => {
    expect(redact({ a: [{ url: `https://x/?token=${VK_TOKEN}` }] })).toEqual({ a: [{ url: 'https://x/?token=[redacted]' }] });
  });

  test('when it refers to itself, then it ends there', () => {
    const job: Record<string, unknown> = { id: 1 };
    job['self'] = job;
    expect(redact({ job })).toEqual({ job: { id: 1, self: '[circular]' } });
  });

  test('when many refer to each other, then it takes a moment only', () => {
    const nodes = Array.from({ length: 60 }, (): Record<string, unknown> => ({}));
    for (const node of nodes) for (const [i, other] of nodes.entries()) node[`n${i}`] = other;
    const start = performance.now();
    JSON.stringify(redact(nodes));
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  test('when the same value stands twice, then it is shown twice', () => {
    const at = { line: 1 };
    expect(redact([at, at])).toEqual([at, at]);
  });

  test('when it is deep or long, then the rest is left out', () => {
    expect(redact({ a: { b: { c: { d: { e: { f: { g: 1 } } } } } } })).toEqual({ a: { b: { c: { d: { e: { f: '[too deep]' } } } } } });
    expect(redact(Array.from({ length: 500 }, (_none, i) => i))).toHaveLength(100);
  });

  test('when it is not what JSON knows, then it becomes readable', () => {
    expect(redact({ n: 12n, at: new Date(0) })).toEqual({ n: '12', at: '1970-01-01T00:00:00.000Z' });
    expect(redact({ at: new Date(Number.NaN) })).toEqual({ at: 'Invalid Date' });
    expect(redact({ bytes: Buffer.from('hush') })).toEqual({ bytes: '[4 bytes]' });
    expect(redact({ url: new URL('https://u:pw@x/y') })).toEqual({ url: 'https://u:[redacted]@x/y' });
  });

  test('when a field can not be read, then the others still are', () => {
    const value = {
      a: 1,
      get b(): number {
        throw new Error('no');
      },
      c: 3,
    };
    expect(redact(value)).toEqual({ a: 1, b: '[unreadable]', c: 3 });
  });
});

describe('an error for the log', () => {
  test('when errors have causes, then each is there, without secrets', () => {
    const root = Object.assign(new Error('connect postgres://u:pw@db failed'), { code: 'ECONNREFUSED' });
    const error = new NotFoundError('Gone.', {
      cause: new Error(`asked with ${VK_TOKEN}`, { cause: root }),
      context: { jobId: 'j1', token: 'x' },
    });
    expect(redact(error)).toMatchObject({
      name: 'NotFoundError',
      message: 'Gone.',
      code: 'NOT_FOUND',
      context: { jobId: 'j1', token: '[redacted]' },
      cause: { message: 'asked with [redacted]', cause: { message: 'connect postgres://u:[redacted]@db failed', code: 'ECONNREFUSED' } },
    });
  });

  test('when its message holds a secret, then neither message nor stack shows it', () => {
    expect(JSON.stringify(redact(new Error(`first\n${VK_TOKEN}\nlast`)))).not.toContain('Zt9');
  });

  test('when an error is its own cause, then it ends there', () => {
    const error = new Error('odd');
    error.cause = error;
    expect(redact(error)).toMatchObject({ message: 'odd', cause: '[circular]' });
  });

  test('when several failed at once, then each is there', () => {
    expect(redact(new AggregateError([new Error('IPv4'), new Error('IPv6')], ''))).toMatchObject({
      name: 'AggregateError',
      errors: [{ message: 'IPv4' }, { message: 'IPv6' }],
    });
  });
});
