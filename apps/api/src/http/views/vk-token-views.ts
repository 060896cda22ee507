import { type VkTokenBody, type VkTokenProbeBody, type VkTokenRow, toPublicId } from '@otklik/contracts';
import { standingOf } from '@otklik/core';
import type { VkTokenProbe } from '@otklik/vk';

/** Fields are named one by one, so that nothing sealed can slip through. */
export const toVkTokenBody = (token: VkTokenRow, now: Date = new Date()): VkTokenBody => {
  const { state, until, vkCode, reason } = standingOf(token, now);
  return {
    id: toPublicId('vkToken', token.id),
    kind: token.kind,
    label: token.label,
    fingerprint: token.fingerprint,
    state,
    parkedUntil: toText(until),
    vkCode,
    reason,
    requestsPerSecond: token.requestsPerSecond,
    mayExecute: token.mayExecute,
    expiresAt: toText(token.expiresAt),
    probedAt: toText(token.probedAt),
    createdAt: token.createdAt.toISOString(),
    createdBy: token.createdBy,
    methods: token.methods.map((method) => toMethod(method, now)),
  };
};

export const toVkTokenProbeBody = (token: VkTokenRow, { calls: _calls, methods, ...finding }: VkTokenProbe): VkTokenProbeBody => ({
  token: toVkTokenBody(token),
  probe: { ...finding, methods: [...methods] },
});

const toMethod = ({ method, callsToday, dailyCap, parkedUntil, vkCode, reason }: VkTokenRow['methods'][number], now: Date) => {
  const isParked = parkedUntil !== null && parkedUntil > now;
  const why = isParked ? { parkedUntil: parkedUntil.toISOString(), vkCode, reason } : { parkedUntil: null, vkCode: null, reason: null };
  return { method, callsToday, dailyCap, ...why };
};

const toText = (moment: Date | null): string | null => moment?.toISOString() ?? null;
