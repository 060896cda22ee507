import type { Metrics } from '@otklik/shared';

/** What is counted about collecting. */
export type CollectMetrics = {
  /** One page was stored: comments that it had, and how many of them were new or had changed. */
  stored(page: { readonly read: number; readonly inserted: number; readonly updated: number }): void;
};

export const createCollectMetrics = (metrics: Metrics): CollectMetrics => {
  const comments = metrics.counter({
    name: 'otklik_comments_stored_total',
    help: 'Comments that VK gave and that are stored, by what storing them changed.',
    labels: ['change'],
  });
  // Growth from the first page on: a series that appears with its first event hides it.
  for (const change of ['new', 'changed', 'unchanged']) comments.inc({ change }, 0);
  return {
    stored: ({ read, inserted, updated }) => {
      comments.inc({ change: 'new' }, inserted);
      comments.inc({ change: 'changed' }, updated);
      // A page may hold a comment twice.
      comments.inc({ change: 'unchanged' }, Math.max(0, read - inserted - updated));
    },
  };
};
