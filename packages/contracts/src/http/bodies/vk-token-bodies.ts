import { z } from 'zod';
import { vkTokenKinds, vkTokenStates } from '../../data/vk-tokens.ts';
import { publicIdText } from '../../ids.ts';
import { pageOf } from './page.ts';

const moment = z.iso.datetime();

const reasonFields = {
  vkCode: z.int().nullable().describe("VK's error code, where VK gave the reason."),
  reason: z.string().nullable().describe('Why it is not used, and what to do.'),
};

export const vkTokenExample = {
  id: 'vkt_019ab8bf11d27a4e8c3b5d6f7a8b9c0d',
  kind: 'service',
  label: 'main app',
  fingerprint: '2c26b46b68ffc68f',
  state: 'active',
  parkedUntil: null,
  vkCode: null,
  reason: null,
  requestsPerSecond: 3,
  mayExecute: true,
  expiresAt: null,
  probedAt: '2026-11-26T08:00:00.000Z',
  createdAt: '2026-11-25T12:00:00.000Z',
  createdBy: 'A1b2C3d4E5f6',
  methods: [{ method: 'wall.get', callsToday: 412, dailyCap: 5_000, parkedUntil: null, vkCode: null, reason: null }],
};

/** A token of VK as callers see it: everything but the token. */
export const VkTokenBody = z
  .object({
    id: publicIdText('vkToken'),
    kind: z.enum(vkTokenKinds),
    label: z.string(),
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .describe('The first 16 hex digits of the SHA-256 of the token: tells which one it is.'),
    state: z
      .enum(vkTokenStates)
      .describe(
        '`parked`: rests until `parkedUntil`, then goes on by itself. `invalid`: not used until it is set active or another one is added.',
      ),
    parkedUntil: moment.nullable(),
    ...reasonFields,
    requestsPerSecond: z.number().describe('Requests started per second, by all processes together.'),
    mayExecute: z.boolean().nullable().describe('Whether it may send many calls in one request; null before anybody tried.'),
    expiresAt: moment.nullable(),
    probedAt: moment.nullable(),
    createdAt: moment,
    createdBy: z.string().describe('Id of the API key that added it.'),
    methods: z
      .array(
        z.object({
          method: z.string(),
          callsToday: z
            .int()
            .describe(
              'Of this day (UTC), counted with a delay of some seconds; calls inside of `execute` count for their own method, and those that VK refused because the quota was used up do not count.',
            ),
          dailyCap: z.int().nullable().describe('Calls a day that VK was seen to grant; null: not met yet.'),
          parkedUntil: moment.nullable(),
          ...reasonFields,
        }),
      )
      .describe('The quota ledger: methods that were called today, or of which something is known.'),
  })
  .meta({
    id: 'VkToken',
    examples: [vkTokenExample],
  });
export type VkTokenBody = z.output<typeof VkTokenBody>;

export const VkTokenPage = pageOf(VkTokenBody).meta({ id: 'VkTokenPage' });
