import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request, { type Test } from 'supertest';
import { type ApiUnderTest, startApiUnderTest } from './testing/api-under-test.ts';

describe('lists of targets over HTTP', () => {
  let api: ApiUnderTest;
  let key: string;
  beforeAll(async () => {
    api = await startApiUnderTest();
    key = await api.key(['jobs:read', 'jobs:write']);
  });
  afterAll(() => api.close());

  const as = (sent: Test, one = key): Test => sent.set('Authorization', `Bearer ${one}`);
  const get = (path: string, one?: string): Test => as(request(api.url).get(path), one);
  const upload = (type: string, body: string | object, query = ''): Test =>
    as(request(api.url).post(`/v1/target-lists${query}`))
      .set('Content-Type', type)
      .send(body);

  test('when a text comes, then it is counted, kept, and every line can be asked for what became of it', async () => {
    const { body, headers } = await upload(
      'text/plain; charset=utf-8',
      'vk.com/club1\n\nvk.com/photo1_2\n-1\nwall-1_2',
      '?name=cities',
    ).expect(201);
    expect(body).toMatchObject({ name: 'cities', format: 'txt', lines: 4, valid: 2, invalid: 1, duplicates: 1 });
    expect(headers['location']).toBe(`/v1/target-lists/${body.id}`);
    expect((await get(`/v1/target-lists/${body.id}`).expect(200)).body).toEqual(body);

    const invalid = await get(`/v1/target-lists/${body.id}/lines?outcome=invalid`).expect(200);
    expect(invalid.body).toEqual({
      items: [
        {
          line: 3,
          text: 'vk.com/photo1_2',
          outcome: 'invalid',
          ref: null,
          reason: 'is a link to a photo: walls and posts are collected',
          duplicateOf: null,
        },
      ],
      nextCursor: null,
    });
    const first = await get(`/v1/target-lists/${body.id}/lines?limit=3`).expect(200);
    expect(first.body.items.map(({ line }: { line: number }) => line)).toEqual([1, 3, 4]);
    const second = await get(`/v1/target-lists/${body.id}/lines?limit=3&cursor=${first.body.nextCursor}`).expect(200);
    expect(second.body).toMatchObject({ items: [{ line: 5, ref: '-1_2' }], nextCursor: null });
  });

  test('when a table or JSON comes, then they are lists as well', async () => {
    const csv = await upload('text/csv', '\ufeffНазвание;Ссылка\r\n"Один; два";https://vk.com/a1\r\n').expect(201);
    expect(csv.body).toMatchObject({ format: 'csv', lines: 1, valid: 1, name: null });
    const json = await upload('application/json', { lines: ['vk.com/a1', 'нет'] }).expect(201);
    expect(json.body).toMatchObject({ format: 'json', lines: 2, valid: 1, invalid: 1 });
    const { body } = await get('/v1/target-lists?limit=2').expect(200);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([json.body.id, csv.body.id]);
    expect((await get(`/v1/target-lists?limit=2&cursor=${body.nextCursor}`)).body.items).not.toContainEqual(csv.body);
  });

  test('when it is no list, then a problem says what is wrong with it, and nothing is kept', async () => {
    const before = (await get('/v1/target-lists?limit=200')).body.items.length;
    const faultOf = async (type: string, body: string | object): Promise<unknown> => (await upload(type, body).expect(400)).body.errors;
    expect(await faultOf('text/plain', '\n')).toEqual([{ pointer: '', detail: 'has no lines' }]);
    expect(await faultOf('application/json', {})).toEqual([{ pointer: '/lines', detail: 'is required' }]);
    expect(await faultOf('application/json', { lines: [] })).toEqual([expect.objectContaining({ pointer: '/lines' })]);
    const bytes = Uint8Array.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]);
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'text/csv' };
    const answer = await fetch(`${api.url}/v1/target-lists`, { method: 'POST', headers, body: bytes });
    expect(await answer.json()).toMatchObject({
      code: 'VALIDATION',
      errors: [{ pointer: '', detail: 'seems to be in Windows-1251: save it as UTF-8' }],
    });
    expect((await get('/v1/target-lists?limit=200')).body.items.length).toBe(before);
  });

  test('when it is too large, compressed or of another type, then it is refused, whether or not its size is told', async () => {
    const large = 'vk.com/apiclub\n'.repeat(400_000);
    expect((await upload('text/plain', large).expect(413)).body).toMatchObject({ code: 'BODY_TOO_LARGE' });
    const parts = new ReadableStream({
      start: (controller) => {
        for (const _ of Array.from({ length: 100 })) controller.enqueue(Buffer.alloc(65_536, `${'x'.repeat(9_999)}\n`));
        controller.close();
      },
    });
    const init = { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'text/plain' }, body: parts };
    expect((await fetch(`${api.url}/v1/target-lists`, { ...init, duplex: 'half' })).status).toBe(413);
    await upload('application/xml', '<a/>').expect(415);
    await upload('text/plain', 'x').set('Content-Encoding', 'gzip').expect(415);
    await as(request(api.url).post('/v1/keywords')).set('Content-Type', 'text/plain').send('x').expect(415);
  });

  test('when it belongs to another workspace, or is removed, then there is none', async () => {
    const { body } = await upload('text/plain', '-1').expect(201);
    const stranger = await api.key(['admin'], 'elsewhere');
    for (const path of ['', '/lines']) await get(`/v1/target-lists/${body.id}${path}`, stranger).expect(404);
    await as(request(api.url).delete(`/v1/target-lists/${body.id}`), stranger).expect(404);
    await as(request(api.url).delete(`/v1/target-lists/${body.id}`)).expect(204);
    for (const path of ['', '/lines']) await get(`/v1/target-lists/${body.id}${path}`).expect(404);
  });
});
