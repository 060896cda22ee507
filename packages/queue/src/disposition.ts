import type { JobFailure } from '@otklik/contracts';

/**
 * How one delivery ended. `failed` is shown as a failed delivery with its reason, whether the job tries again or not;
 * everything else is a delivery that did what it had to.
 */
export type Disposition =
  | { readonly kind: 'succeeded' | 'waited' | 'yielded' | 'cancelled' | 'dropped' }
  | { readonly kind: 'failed'; readonly error: JobFailure };
