import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type SimulatorClient, type VkSimulator, createSimulatorClient, startVkSimulator } from '@otklik/vk-simulator';
import { type Pacing, createMemoryPacing } from '@otklik/shared';
import request, { type Test } from 'supertest';
import { type ApiUnderTest, startApiUnderTest } from './testing/api-under-test.ts';

describe('a target that is looked at before its job is accepted', () => {
  let server: VkSimulator;
  let simulator: SimulatorClient;
  let api: ApiUnderTest;
  let key: string;
  const pacing = createMemoryPacing();
  let turns = 0;
  const turn: Pacing['turn'] = (...asked) => {
    turns += 1;
    return pacing.turn(...asked);
  };
  beforeAll(async () => {
    server = await startVkSimulator({ port: 0, seed: 1, requestsPerSecond: 10_000 });
    simulator = createSimulatorClient(server.url);
    const wallCheck = { baseUrl: server.url, token: server.token, tokenKind: 'service' as const, requestsPerSecond: 1_000 };
    api = await startApiUnderTest({ wallCheck, pacing: { ...pacing, turn } });
    key = await api.key();
  });
  afterAll(async () => {
    await api.close();
    await pacing.close();
    await server.close();
  });

  const submit = (target: object, query = ''): Test =>
    request(api.url).post(`/v1/jobs/parse${query}`).set('Authorization', `Bearer ${key}`).send({ target });
  const requests = async (): Promise<number> => (await simulator.log()).length;

  test('when VK shows it, then the job is accepted as ever, and the same wall is not asked for twice', async () => {
    const { body } = await submit({ url: 'https://vk.com/severorechensk' }).expect(202);
    expect(body).toMatchObject({ state: 'queued', payload: { target: { wall: 'severorechensk' } } });
    const asked = await requests();
    expect(asked).toBeGreaterThan(0);
    expect(turns).toBeGreaterThanOrEqual(asked);
    await submit({ wall: 'severorechensk' }).expect(202);
    expect(await requests()).toBe(asked);
  });

  test.each([
    [{ wall: 'closed' }, /closed to everybody but members/],
    [{ wall: 'banned' }, /deleted or banned/],
    [{ wall: 'private_user' }, /closed to everybody but members/],
    [{ post: '2000003_1' }, /deleted or banned/],
    [{ wall: 'nobody_at_all' }, /no page at VK/],
  ])('when it is %j, then a problem says why, and with check=false the job is accepted all the same', async (target, says) => {
    const { body } = await submit(target).expect(422);
    expect(body).toMatchObject({ code: 'TARGET_NOT_READABLE', errors: [{ pointer: '/target', detail: expect.stringMatching(says) }] });
    await submit(target, '?check=false').expect(202);
  });

  test('when it was accepted once, then its key is answered with the job, whatever has become of the wall', async () => {
    const withKey = (query: string): Test => submit({ wall: 'wall_of_nobody' }, query).set('Idempotency-Key', 'once');
    const first = await withKey('?check=false').expect(202);
    const again = await withKey('').expect(202);
    expect(again.body.id).toBe(first.body.id);
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  test('when a list is not there, then that is said where it stands', async () => {
    const { body } = await submit({ listId: `lst_${'0'.repeat(32)}` }).expect(400);
    expect(body.errors).toEqual([{ pointer: '/target/listId', detail: 'is no list of this workspace' }]);
  });

  test('when VK is away, then the job is accepted', async () => {
    await simulator.control({ do: 'fail', with: { kind: 'html' }, times: 5 });
    await submit({ wall: 'not_asked_before' }).expect(202);
  });
});
