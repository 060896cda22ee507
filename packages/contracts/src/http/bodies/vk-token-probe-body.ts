import { z } from 'zod';
import { VkTokenBody, vkTokenExample } from './vk-token-bodies.ts';

export const probeVerdicts = ['ready', 'limited', 'parked', 'invalid', 'unknown'] as const;
export const probedRights = ['yes', 'no', 'limited', 'unknown', 'not_tried'] as const;

/** What a probe found, in at most 15 requests to VK. */
const Probe = z.object({
  verdict: z
    .enum(probeVerdicts)
    .describe(
      '`ready`: it can collect. `limited`: it can, and VK holds a method back for now. `parked`: the owner of its account must act first. `invalid`: it can not. `unknown`: VK did not say.',
    ),
  summary: z.string().describe('What it is, or what to do.'),
  vkCode: z.int().nullable().describe("VK's error code that decided, where one did."),
  kind: z.enum(['service', 'user', 'community']).nullable().describe('As it looks: VK does not tell.'),
  mayExecute: z.boolean().nullable().describe('Whether it may send many calls in one request.'),
  methods: z.array(
    z.object({
      method: z.string(),
      isNeeded: z.boolean().describe('Collecting comments of walls needs it.'),
      may: z.enum(probedRights),
      vkCode: z.int().nullable(),
      detail: z.string(),
    }),
  ),
  rate: z.object({
    configured: z.number().describe('Requests per second.'),
    atOnce: z.int().nullable().describe('Started at once to try it; null: not tried.'),
    refused: z.int().nullable().describe('How many of those VK called too many.'),
    detail: z.string(),
  }),
  address: z.enum(['bound', 'no_sign']).describe('`bound`: it was made for another IP address.'),
  requests: z.int().describe('Requests to VK that this took.'),
});

const EXAMPLE: z.output<typeof Probe> = {
  verdict: 'ready',
  summary: 'It can collect, in batches.',
  vkCode: null,
  kind: 'service',
  mayExecute: true,
  methods: [{ method: 'wall.getComments', isNeeded: true, may: 'yes', vkCode: null, detail: 'answers' }],
  rate: { configured: 3, atOnce: 3, refused: 0, detail: 'VK took 3 requests within a second' },
  address: 'no_sign',
  requests: 11,
};

export const VkTokenProbeBody = z
  .object({ token: VkTokenBody, probe: Probe })
  .meta({ id: 'VkTokenProbe', examples: [{ token: vkTokenExample, probe: EXAMPLE }] });
export type VkTokenProbeBody = z.output<typeof VkTokenProbeBody>;
