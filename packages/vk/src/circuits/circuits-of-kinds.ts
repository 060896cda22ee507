import type { Circuit, CircuitLimits, Clock, Logger } from '@otklik/shared';
import type { VkMetrics } from '../metrics/vk-metrics.ts';
import type { VkMethod, VkTokenKind } from '../vk-methods.ts';
import { type VkCircuits, createVkCircuits } from './create-circuits.ts';

type Deps = {
  readonly limits: Partial<CircuitLimits>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: VkMetrics;
};

/** Circuits of each kind of token, made when the first token of that kind is used. */
export const createCircuitsOfKinds = (deps: Deps) => {
  const kinds = new Map<VkTokenKind, VkCircuits>();
  const ofKind = (tokenKind: VkTokenKind): VkCircuits => {
    const known = kinds.get(tokenKind) ?? createVkCircuits({ ...deps, tokenKind });
    kinds.set(tokenKind, known);
    return known;
  };
  return {
    of: (tokenKind: VkTokenKind, method: VkMethod): Circuit => ofKind(tokenKind).of(method),
    close: (): void => {
      for (const circuits of kinds.values()) circuits.close();
    },
  };
};
