import { setTimeout as pause } from 'node:timers/promises';
import type { PlannedOrder } from '../plan/make-load.ts';
import type { Client } from './client.ts';

/** What a client knows of its request in the end. */
export type SentOrder = {
  readonly order: PlannedOrder;
  /** `job_…` of every 202 that it got; empty: it was never accepted, as far as the client knows. */
  readonly acceptedAs: readonly string[];
  readonly wasCancelAsked: boolean;
};

export type Load = {
  readonly sent: Promise<readonly SentOrder[]>;
  /** Orders that were begun so far. */
  begun(): number;
  /** The next order may come before its time: nobody has anything to do. */
  hurry(): void;
};

type LoadOptions = {
  readonly orders: readonly PlannedOrder[];
  readonly spreadMs: number;
  readonly client: Client;
  /** Whether what is planned for this share of the load may begin: work has to be left for the last of the kills. */
  isDue(at: number): boolean;
  /** Gives up what is not accepted by then. */
  readonly signal: AbortSignal;
};

const LOOK_EVERY_MS = 50;

/** Sends all orders at their times. */
export const startLoad = ({ orders, spreadMs, client, isDue, signal }: LoadOptions): Load => {
  let begun = 0;
  let hurried = 0;
  const startedAt = performance.now();
  const untilDue = async ({ at }: PlannedOrder): Promise<void> => {
    while (!signal.aborted) {
      if (performance.now() - startedAt >= at * spreadMs && isDue(at)) return;
      if (hurried > 0) {
        hurried -= 1;
        return;
      }
      await pause(LOOK_EVERY_MS);
    }
  };
  const sendAll = async (): Promise<readonly SentOrder[]> => {
    const sending: Promise<SentOrder>[] = [];
    for (const order of orders) {
      await untilDue(order);
      begun += 1;
      sending.push(send({ order, client, signal }));
    }
    return Promise.all(sending);
  };
  return { sent: sendAll(), begun: () => begun, hurry: () => (hurried = 1) };
};

type Sending = { readonly order: PlannedOrder; readonly client: Client; readonly signal: AbortSignal };

const send = async ({ order, client, signal }: Sending): Promise<SentOrder> => {
  const acceptedAs: string[] = [];
  let wasCancelAsked = false;
  const { type, key } = order;
  // The same words each time: another body under the same key would be refused.
  const body = order.runAfterMs === null ? order.body : { ...order.body, runAt: new Date(Date.now() + order.runAfterMs).toISOString() };
  try {
    const id = await client.submit({ type, key, body }, signal);
    acceptedAs.push(id);
    if (order.isSentTwice) acceptedAs.push(await client.submit({ type, key, body }, signal));
    if (order.cancelAfterMs !== null) {
      await pause(order.cancelAfterMs);
      // Nobody knows whether a cancel without an answer was heard.
      wasCancelAsked = true;
      await client.cancel(id, signal);
    }
  } catch {
    // Given up, or refused for good: the client has that among its complaints.
  }
  return { order, acceptedAs, wasCancelAsked };
};
