import { findFreePort } from '@otklik/embedded-postgres';
import { type Scope } from '@otklik/shared';
import { waitFor } from '@otklik/testing';
import type { ChaosOptions } from '../options.ts';
import type { Plan } from '../plan/make-plan.ts';
import { type Gate, openGate } from './gate.ts';
import type { Site } from './open-site.ts';
import { type Member, type Slot, keepSlot } from './slot.ts';

/** The processes of the product, each in its place. */
export type Fleet = {
  readonly workers: readonly Slot[];
  readonly apis: readonly Slot[];
  /** One address per API, whichever process answers there. */
  readonly apiUrls: readonly string[];
  readonly gates: readonly Gate[];
  /** SIGTERM to all, and their ends. */
  stop(): Promise<void>;
};

type FleetOptions = {
  readonly site: Site;
  readonly plan: Plan;
  readonly options: ChaosOptions;
  readonly logDir: string;
  note(line: string): void;
};

/** Orderly ends take their grace (25 s) and what closing takes. */
const STOP_WITHIN_MS = 60_000;

const SKEW_CLOCK = new URL('skew-clock.mjs', import.meta.url).href;

export const openFleet = async (scope: Scope, { site, plan, options, logDir, note }: FleetOptions): Promise<Fleet> => {
  const gates: Gate[] = [];
  const newGate = async (): Promise<Gate> => {
    const gate = scope.use('gate', await openGate(site), (it) => it.close());
    gates.push(gate);
    return gate;
  };
  let pauses = 0;
  const nextPauseMs = (): number => plan.restartPausesMs[(pauses += 1) % plan.restartPausesMs.length] ?? 0;
  const common = { logDir, note, nextPauseMs };

  const workers: Slot[] = [];
  for (let index = 1; index <= options.workers; index += 1) {
    const skewed = index === options.workers && index > 1 ? skewedBy(plan.skewMs) : {};
    const spawn = (name: string, env: Readonly<Record<string, string>>) => site.product.spawnWorker(name, { ...env, ...skewed });
    workers.push(keepSlot({ ...common, name: `w${index}`, gate: await newGate(), spawn, readyLine: /"worker started"/ }));
  }
  const apis: Slot[] = [];
  const apiUrls: string[] = [];
  for (let index = 1; index <= options.apis; index += 1) {
    const PORT = String(await findFreePort());
    apiUrls.push(`http://127.0.0.1:${PORT}`);
    const spawn = (_name: string, env: Readonly<Record<string, string>>) => site.product.spawnApi({ ...env, PORT });
    apis.push(keepSlot({ ...common, name: `a${index}`, gate: await newGate(), spawn, readyLine: /"api started"/ }));
  }
  const all = [...workers, ...apis];
  await waitFor(() => all.every((slot) => slot.current()?.state === 'up'), { timeoutMs: 60_000, what: 'all processes to start' });
  return { workers, apis, apiUrls, gates, stop: () => stopAll(all) };
};

const skewedBy = (skewMs: number) => ({ NODE_OPTIONS: `--import=${SKEW_CLOCK}`, CHAOS_CLOCK_SKEW_MS: String(skewMs) });

const stopAll = async (slots: readonly Slot[]): Promise<void> => {
  const retired = slots.map((slot) => slot.retire());
  for (const slot of slots) leave(slot.current());
  let areGone = false;
  const gone = Promise.all(retired).then(() => (areGone = true));
  await waitFor(() => areGone, { timeoutMs: STOP_WITHIN_MS, everyMs: 100 }).catch(() => {
    for (const slot of slots) slot.current()?.process.signal('SIGKILL');
  });
  await gone;
};

const leave = (member: Member | undefined): void => {
  if (member === undefined) return;
  member.state = 'leaving';
  member.process.signal('SIGTERM');
};
