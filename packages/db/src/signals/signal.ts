import { JobType } from '@otklik/contracts';
import { z } from 'zod';
import type { Tx } from '../sql.ts';

/** One for all: PostgreSQL keeps the channels of its databases apart. */
export const CHANNEL = 'otklik';

export const signalKinds = ['cancel', 'queue'] as const;

/** A payload ends at 8,000 bytes, of which an id takes 39. */
const IDS_AT_ONCE = 200;

const Signal = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cancel'), jobs: z.array(z.uuid()).min(1).max(IDS_AT_ONCE) }),
  z.object({ kind: z.literal('queue'), type: JobType }),
]);
/** Ids and kinds, nothing else: whoever may connect to the database may listen. */
export type Signal = z.output<typeof Signal>;

const TELL = `SELECT pg_notify('${CHANNEL}', payload) FROM unnest($1::text[]) AS payload`;

/**
 * Told when the transaction commits, and only then. While it commits, no other transaction of the server that tells
 * something can: nothing that happens many times a second may call this.
 */
export const tell = async (tx: Tx, ...signals: readonly Signal[]): Promise<void> => {
  if (signals.length > 0) await tx.query(TELL, [signals.map((signal) => JSON.stringify(signal))]);
};

/** That these running jobs shall stop, in as few signals as hold them. */
export const cancelSignals = (jobIds: readonly string[]): readonly Signal[] =>
  Array.from({ length: Math.ceil(jobIds.length / IDS_AT_ONCE) }, (_, index) => ({
    kind: 'cancel',
    jobs: jobIds.slice(index * IDS_AT_ONCE, (index + 1) * IDS_AT_ONCE),
  }));

/** A statement that changes what holds for queues and returns their types, with the telling of it. As many rows as it returned. */
export const tellingQueues = (statement: string): string => `
WITH changed AS (${statement})
SELECT pg_notify('${CHANNEL}', jsonb_build_object('kind', 'queue', 'type', type)::text) FROM changed`;

/** null for what no process of this version says. */
export const readSignal = (payload: string): Signal | null => {
  try {
    return Signal.parse(JSON.parse(payload));
  } catch {
    return null;
  }
};
