import { Moment, looksSecret, vkTokenKinds } from '@otklik/contracts';
import { z } from 'zod';

const Label = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,100}$/u, 'must be 1 to 100 printable characters')
  .refine((label) => !looksSecret(label), 'looks like a token: a label is shown and logged')
  .describe('For people.');
const RequestsPerSecond = z.number().min(0.1).max(1_000).describe('What VK grants it: 3 for most. All processes together keep to it.');
const ExpiresAt = Moment.nullable().describe('Tokens of VK ID live for an hour; service keys have no end.');

export const NewVkToken = z
  .strictObject({
    kind: z.enum(vkTokenKinds).default('service').describe('A community token can not read walls.'),
    label: Label,
    token: z
      .string()
      .regex(/^[\x21-\x7e]{16,2000}$/, 'must be 16 to 2000 characters of ASCII without spaces')
      .describe('Written, and never answered.')
      .meta({ writeOnly: true, format: 'password' }),
    requestsPerSecond: RequestsPerSecond.default(3),
    expiresAt: ExpiresAt.default(null),
  })
  .meta({ id: 'NewVkToken', examples: [{ kind: 'service', label: 'main app', token: 'vk1.a.an-example-and-no-token' }] });

export const VkTokenPatch = z
  .strictObject({
    label: Label.optional(),
    requestsPerSecond: RequestsPerSecond.optional(),
    expiresAt: ExpiresAt.optional(),
    state: z.literal('active').optional().describe('Use it again: forgets why it was parked or invalid.'),
  })
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), 'must change something')
  .meta({ id: 'VkTokenPatch', examples: [{ state: 'active' }] });
