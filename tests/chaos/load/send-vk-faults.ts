import { setTimeout as pause } from 'node:timers/promises';
import type { SimulatorClient } from '@otklik/vk-simulator';
import type { PlannedVkFault } from '../plan/make-plan.ts';

type Options = {
  readonly faults: readonly PlannedVkFault[];
  readonly spreadMs: number;
  readonly vk: SimulatorClient;
  /** The load is over: no call is left to fail. */
  isOver(): boolean;
};

/** Lets VK fail at the planned moments. */
export const sendVkFaults = async ({ faults, spreadMs, vk, isOver }: Options): Promise<void> => {
  const startedAt = performance.now();
  for (const { at, fault, times } of faults) {
    while (performance.now() - startedAt < at * spreadMs && !isOver()) await pause(100);
    if (isOver()) break;
    await vk.control({ do: 'fail', with: fault, times });
  }
  await vk.control({ do: 'resetRules' });
};
