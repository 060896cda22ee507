import { CircuitOpenError, NoTokenError, type UpstreamError, type VkApiError, VkTransportError } from '@otklik/shared';
import type { Frontier } from '../frontier/frontier.ts';
import { MAX_FLIGHTS } from '../frontier/limits.ts';
import type { Asked } from '../planning/asked.ts';
import type { CollectPlan } from '../planning/collect-plan.ts';
import { isWorthSending, planRequest } from '../planning/plan-request.ts';
import { isForNow } from '../reading/refusals.ts';
import type { Answered } from '../reading/take-answers.ts';
import { mayBeTooHeavy } from '../vk-faults.ts';
import type { VkTurn } from '../vk-reads.ts';
import type { Ending } from './ending.ts';
import type { Landing } from './landing.ts';

/** Each stores what came in and resolves with what is open then. */
export type LandFlight = {
  answers(at: Frontier, answered: Answered): Promise<Frontier>;
  /** VK gave these no answer, maybe because they were too much for it. */
  tooHeavy(at: Frontier, asked: readonly Asked[]): Promise<Frontier>;
};

export type Flights = {
  count(): number;
  inFlight(): readonly Asked[];
  /** Reads that the last request had room for. */
  room(): number;
  wantsTurn(): boolean;
  take(turn: VkTurn): void;
  /** Why something may not be asked for just now. */
  heldBack(): UpstreamError | null;
};

type Deps = { readonly plan: CollectPlan; readonly land: LandFlight; readonly landing: Landing; readonly ending: Ending };

/** How long a job waits where nobody says how long. */
const WAIT_MS = 60_000;

/** Requests on their way: each until its answer is stored. */
export const createFlights = ({ plan, land, landing, ending }: Deps): Flights => {
  const flights = new Set<readonly Asked[]>();
  const held = new Map<Asked['kind'], VkApiError>();
  let room = 1;
  const inFlight = (): readonly Asked[] => [...flights].flat();
  const next = (): readonly Asked[] => {
    const asked = planRequest({ frontier: landing.at(), inFlight: inFlight(), room, plan, without: new Set(held.keys()) });
    return isWorthSending(asked, room, inFlight()) ? asked : [];
  };
  const send = async (turn: VkTurn, asked: readonly Asked[]): Promise<void> => {
    try {
      const reads = asked.map(({ read }) => read);
      const answer = await turn.send(reads, { signal: ending.flights, turns: ending.turns });
      asked.forEach(({ kind }, index) => {
        const one = answer.answers[index];
        if (one?.kind === 'refused' && isForNow(one.error)) held.set(kind, one.error);
      });
      await landing.next((at) => land.answers(at, { asked, ...answer }));
    } catch (thrown) {
      ending.begin(thrown);
      if (mayBeTooHeavy(thrown)) await landing.next((at) => land.tooHeavy(at, asked));
    } finally {
      flights.delete(asked);
      ending.ring();
    }
  };
  return {
    count: () => flights.size,
    inFlight,
    room: () => room,
    wantsTurn: () => flights.size < MAX_FLIGHTS && next().length > 0,
    take: (turn) => {
      room = turn.room;
      const asked = ending.hasBegun() ? [] : next();
      if (asked.length === 0) return turn.giveBack();
      flights.add(asked);
      void send(turn, asked);
    },
    heldBack: () => {
      const [error] = [...held.values()].toSorted((a, b) => waitOf(a) - waitOf(b));
      return error === undefined ? null : reasonOf(error);
    },
  };
};

const waitOf = ({ retryAfterMs = WAIT_MS }: VkApiError): number => retryAfterMs;

/** That VK is away is no matter of tokens. */
const reasonOf = (error: VkApiError): UpstreamError => {
  const { cause } = error;
  if (cause instanceof CircuitOpenError || cause instanceof VkTransportError) return cause;
  return new NoTokenError(error.message, { retryAfterMs: waitOf(error), cause: error });
};
