import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '@otklik/testing';
import { dismissMember, killMember, membersUp, resumeMember, stopMember } from '../site/signals.ts';
import type { Slot } from '../site/slot.ts';
import { type FaultContext, type MakeFault, isOver, pointedTo } from './fault.ts';

const stopped =
  (kind: 'workers' | 'apis'): MakeFault =>
  async ({ fleet }, target) => {
    const members = membersUp(fleet[kind]);
    const member = pointedTo(members, target);
    // One has to be left that works on.
    if (member === undefined || members.length < 2) return undefined;
    stopMember(member);
    return { told: `${member.name} stopped`, lift: async () => resumeMember(member) };
  };

export const workerStopped = stopped('workers');
export const apiStopped = stopped('apis');

export const apiKilled: MakeFault = async ({ fleet }, target) => {
  const member = pointedTo(membersUp(fleet.apis), target);
  if (member === undefined) return undefined;
  await killMember(member);
  return { told: `${member.name} killed`, lift: isOver };
};

/** The worst that an orderly end may take: the grace (25 s), and closing. */
const LEAVES_WITHIN_MS = 35_000;

/** Every process once, as a deployment of a new version does it. */
export const restartedOneByOne: MakeFault = async ({ fleet }: FaultContext) => {
  const restart = async (): Promise<void> => {
    for (const slot of [...fleet.workers, ...fleet.apis]) await replace(slot);
  };
  return { told: 'rolling restart of all processes', lift: restart };
};

const replace = async (slot: Slot): Promise<void> => {
  const member = slot.current();
  if (member?.state !== 'up') return;
  await Promise.race([dismissMember(member), pause(LEAVES_WITHIN_MS, undefined, { ref: false })]);
  // Its successor may be met by another fault before it is ready.
  await waitFor(() => slot.current() !== member && slot.current()?.state !== 'starting', { timeoutMs: 20_000 }).catch(isOver);
};
