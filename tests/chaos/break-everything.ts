import { type InterruptedAttempt, runKills } from './faults/run-kills.ts';
import { runLane } from './faults/run-lane.ts';
import type { Client } from './load/client.ts';
import { type SentOrder, startLoad } from './load/run-load.ts';
import { sendVkFaults } from './load/send-vk-faults.ts';
import type { Plan } from './plan/make-plan.ts';
import type { Fleet } from './site/fleet.ts';
import type { Site } from './site/open-site.ts';
import { countUnrest } from './site/rest.ts';

type Parts = { readonly site: Site; readonly fleet: Fleet; readonly client: Client; readonly plan: Plan; note(line: string): void };

export type Broken = {
  readonly sent: readonly SentOrder[];
  readonly kills: readonly InterruptedAttempt[];
  /** Other faults that were made. */
  readonly faults: number;
};

/** So much of the load may be ahead of the kills: they need something to interrupt until the last one. */
const AHEAD = 0.1;
/** With everything whole again, what is not accepted by then never will be. */
const GIVES_UP_AFTER_MS = 60_000;

/** Load, kills and the lanes of faults beside each other, until all is sent, every kill was made, and every fault is lifted. */
export const breakEverything = async ({ site, fleet, client, plan, note }: Parts): Promise<Broken> => {
  let killed = 0;
  let areKillsDone = false;
  const giveUp = new AbortController();
  const isDue = (at: number): boolean => areKillsDone || killed / plan.kills.length >= at - AHEAD;
  const load = startLoad({ orders: plan.orders, spreadMs: plan.spreadMs, client, isDue, signal: giveUp.signal });
  const isSent = (): boolean => load.begun() === plan.orders.length;
  const killing = runKills({
    kills: plan.kills,
    query: site.query,
    fleet,
    isOver: async () => isSent() && (await countUnrest(site)) === 0,
    onHungry: load.hurry,
    onKill: (done) => (killed = done),
    note,
  }).finally(() => (areKillsDone = true));
  const isOver = (): boolean => isSent() && areKillsDone;
  const lanes = plan.lanes.map((lane) => runLane({ lane, site, fleet, isOver, note }));
  const vkFaults = sendVkFaults({ faults: plan.vkFaults, spreadMs: plan.spreadMs, vk: site.product.vk, isOver });

  const [kills, made] = await Promise.all([killing, Promise.all(lanes), vkFaults]);
  const timer = setTimeout(() => giveUp.abort(), GIVES_UP_AFTER_MS);
  const sent = await load.sent;
  clearTimeout(timer);
  return { sent, kills, faults: made.reduce((sum, count) => sum + count, 0) };
};
