import type { QueueEngine } from '@otklik/queue';
import { type Logger, type Metrics, withDeadline } from '@otklik/shared';

/** Within the time that a scrape has: a store that takes longer counts as down. */
const ANSWER_MS = 800;

type Deps = { readonly metrics: Metrics; readonly engine: Pick<QueueEngine, 'readFacts'>; readonly logger: Logger };

/**
 * What the queue's store says about itself, asked for at each scrape. Where it says nothing of its memory (it is away, or is
 * PostgreSQL), nothing is told: a policy of 0 wakes somebody.
 */
export const tellQueueStore = ({ metrics, engine, logger }: Deps): void => {
  const up = metrics.gauge({ name: 'otklik_queue_store_up', help: '1 while the store of the queue answers.' });
  const used = metrics.gauge({ name: 'otklik_queue_store_memory_bytes', help: "Memory that the queue's Redis uses." });
  const max = metrics.gauge({ name: 'otklik_queue_store_memory_max_bytes', help: "Memory that the queue's Redis may use; 0 is no limit." });
  const keeps = metrics.gauge({
    name: 'otklik_queue_store_noeviction',
    help: "1 while the queue's Redis keeps what it is given; 0: it throws jobs away when memory is short.",
  });
  const warn = makeWarnOnce(logger);
  metrics.onScrape('queue store', async () => {
    const facts = await withDeadline(engine.readFacts(), ANSWER_MS).catch(() => null);
    up.set({}, facts === null ? 0 : 1);
    for (const gauge of [used, max, keeps]) gauge.reset();
    if (facts === null || facts.memory === null) return;
    const { usedBytes, maxBytes, evicts } = facts.memory;
    used.set({}, usedBytes);
    max.set({}, maxBytes);
    if (evicts === null) return;
    keeps.set({}, evicts ? 0 : 1);
    warn(evicts);
  });
};

/** The setting is refused at the start; whoever changes it later does so without a word. */
const makeWarnOnce = (logger: Logger): ((evicts: boolean) => void) => {
  let hasWarned = false;
  return (evicts) => {
    if (evicts && !hasWarned)
      logger.warn("the queue's Redis would throw jobs away when memory is short: set its maxmemory-policy to noeviction");
    if (!evicts && hasWarned) logger.info("the queue's Redis keeps what it is given again");
    hasWarned = evicts;
  };
};
