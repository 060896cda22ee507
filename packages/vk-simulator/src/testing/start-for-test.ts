import { z } from 'zod';
import { type SimulatorClient, createSimulatorClient } from '../control/create-simulator-client.ts';
import { type VkSimulator, type VkSimulatorOptions, startVkSimulator } from '../start-vk-simulator.ts';

export type Params = Readonly<Record<string, string | number>>;

const Refused = z.object({
  error: z.object({
    error_code: z.int(),
    error_msg: z.string(),
    request_params: z.array(z.object({ key: z.string(), value: z.string() })),
  }),
});
const Author = z.object({ id: z.int() });
const Comment = z.looseObject({
  id: z.int(),
  from_id: z.int().optional(),
  text: z.string().optional(),
  deleted: z.boolean().optional(),
  parents_stack: z.array(z.int()),
  reply_to_comment: z.int().optional(),
  thread: z
    .object({
      count: z.int(),
      get items() {
        return z.array(Comment);
      },
    })
    .optional(),
});
export type ShownComment = z.output<typeof Comment>;
const Comments = z.object({
  response: z.object({
    count: z.int(),
    current_level_count: z.int(),
    items: z.array(Comment),
    profiles: z.array(Author).optional(),
    groups: z.array(Author).optional(),
  }),
});

export type TestSimulator = VkSimulator & {
  readonly client: SimulatorClient;
  /** The whole answer, `{response}` or `{error}`; by default with the simulator's own token. */
  call(method: string, params?: Params, token?: string): Promise<unknown>;
  /** The answer of `wall.getComments`; throws when it is an error. */
  comments(params: Params): Promise<z.output<typeof Comments>['response']>;
  /** The error's code; throws when the answer is none. */
  refusal(method: string, params?: Params, token?: string): Promise<z.output<typeof Refused>['error']>;
};

/** A simulator without a rate to wait for, and words to ask it with. */
export const startForTest = async (options: Partial<VkSimulatorOptions> = {}): Promise<TestSimulator> => {
  const simulator = await startVkSimulator({ port: 0, seed: 1, requestsPerSecond: 100_000, ...options });
  const call = async (method: string, params: Params = {}, token = simulator.token): Promise<unknown> => {
    const body = new URLSearchParams({ v: '5.199' });
    for (const [name, value] of Object.entries(params)) body.set(name, String(value));
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${simulator.url}/method/${method}`, { method: 'POST', headers, body });
    return response.json();
  };
  return {
    ...simulator,
    client: createSimulatorClient(simulator.url),
    call,
    comments: async (params) => Comments.parse(await call('wall.getComments', params)).response,
    refusal: async (...asked) => Refused.parse(await call(...asked)).error,
  };
};
