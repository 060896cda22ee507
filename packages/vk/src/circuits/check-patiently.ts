import type { Circuit, Clock } from '@otklik/shared';

/** Who meets an open circuit stays for so long before being refused. */
const PATIENCE_MS = 1_000;

type Options = { readonly clock: Clock; readonly signal: AbortSignal; readonly onWait: () => void };

/**
 * Throws CircuitOpenError, not at once: without the pause a long queue of jobs would be started and put back as fast as the
 * database can, for as long as VK is away.
 */
export const checkPatiently = async (circuit: Circuit, { clock, signal, onWait }: Options): Promise<void> => {
  try {
    circuit.check();
  } catch {
    onWait();
    await clock.sleep(PATIENCE_MS, signal);
    circuit.check();
  }
};
