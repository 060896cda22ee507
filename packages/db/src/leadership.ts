import { type Clock, type Logger, systemClock, toAppError } from '@otklik/shared';
import { type LeadSession, openLeadSession } from './lead-session.ts';
import { createPresence } from './presence.ts';

/**
 * Which process repairs. Whoever is killed or closes loses the lead at once; whoever is frozen or cut off loses it after
 * `sessionMs`, on both sides: the server ends the silent session, and the process itself knows that its time is over.
 */
export type Leadership = {
  /** Whether this process may act now. Costs nothing: ask before each step. */
  isLeader(): boolean;
  /**
   * For how long the server has answered this process without a gap, in ms, whoever leads; 0 where it does not answer. Costs
   * nothing.
   */
  answersForMs(): number;
  /** Gives the lead back at once; the connection is closed within a few times `answerMs`, whatever the server does. */
  close(): Promise<void>;
};

/** Times of the lead: another process has it `sessionMs` + `beatMs` after the leader fell silent. */
export type LeadershipTiming = {
  readonly sessionMs: number;
  /** Between two signs of life, and between two tries of a process that does not lead. */
  readonly beatMs: number;
  /** How long an answer of the server may take. */
  readonly answerMs: number;
};

export const defaultLeadershipTiming: LeadershipTiming = { sessionMs: 6_000, beatMs: 1_500, answerMs: 2_000 };

type Deps = {
  /** Straight to the server: a pooler in transaction mode has no sessions. */
  readonly url: string;
  readonly logger: Logger;
  /** Told when this process got the lead. */
  readonly onElected: () => void;
  readonly timing?: LeadershipTiming;
  readonly clock?: Clock;
};

/** Stands for the lead from now on, on one connection of its own. Nothing has to be reachable yet. */
export const openLeadership = (deps: Deps): Leadership => {
  const { logger, timing = defaultLeadershipTiming, clock = systemClock } = deps;
  const stop = new AbortController();
  const candidate = createCandidate({ ...deps, timing, clock });
  let isFailing = false;

  const beat = async (): Promise<void> => {
    try {
      await candidate.beat();
      isFailing = false;
    } catch (thrown) {
      candidate.resign();
      if (!isFailing) logger.warn('the lead of repairs is not known, asking again', { error: toAppError(thrown) });
      isFailing = true;
    }
  };
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await beat();
      await clock.sleep(timing.beatMs, stop.signal).catch(() => undefined);
    }
  };
  const running = run();

  return {
    isLeader: () => !stop.signal.aborted && candidate.isLeader(),
    answersForMs: candidate.answersForMs,
    close: async () => {
      stop.abort();
      await running;
      await candidate.leave();
    },
  };
};

type CandidateDeps = Deps & { readonly timing: LeadershipTiming; readonly clock: Clock };

const createCandidate = ({ url, logger, onElected, timing, clock }: CandidateDeps) => {
  let session: LeadSession | undefined;
  /** Monotonic; the lead is sure until then. */
  let leadsUntil = Number.NEGATIVE_INFINITY;
  let wasLeader = false;
  const presence = createPresence({ clock, gapMs: timing.sessionMs });

  const resign = (): void => {
    session?.cut();
    session = undefined;
    presence.missed();
    leadsUntil = Number.NEGATIVE_INFINITY;
    if (wasLeader) logger.warn('lost the lead of repairs');
    wasLeader = false;
  };
  return {
    isLeader: (): boolean => clock.now() < leadsUntil,
    answersForMs: presence.sinceMs,
    resign,
    /** Takes the lead, or shows that it is still there. Throws DatabaseError when the server doesn't say. */
    beat: async (): Promise<void> => {
      // Counted from the question: the server counts from its answer, so it never gives up first.
      const askedAt = clock.now();
      session ??= await openLeadSession({ ...timing, url, onLost: resign });
      const isHeld = await session.ask();
      presence.answered();
      if (!isHeld) return;
      leadsUntil = askedAt + timing.sessionMs;
      if (wasLeader) return;
      wasLeader = true;
      logger.info('leads the repairs');
      onElected();
    },
    leave: async (): Promise<void> => session?.end(),
  };
};
