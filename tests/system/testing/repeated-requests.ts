import type { LogEntry } from '@otklik/vk-simulator';

/** A request, and what it asked for. */
type AskedRequest = { readonly seq: number; readonly calls: readonly string[] };

/** Requests that asked for something which was asked for again later, by their place among all requests, from 0. */
export const repeatedRequests = (log: readonly LogEntry[]): readonly number[] => {
  const requests = requestsOf(log);
  const lastAsked = new Map(requests.flatMap(({ seq, calls }) => calls.map((call) => [call, seq] as const)));
  return requests.flatMap(({ seq, calls }, place) => (calls.some((call) => lastAsked.get(call) !== seq) ? [place] : []));
};

const requestsOf = (log: readonly LogEntry[]): readonly AskedRequest[] =>
  log
    .filter(({ within }) => within === undefined)
    .map((request) => {
      const inner = log.filter(({ within }) => within === request.seq);
      return { seq: request.seq, calls: (inner.length === 0 ? [request] : inner).filter((call) => !isLook(call)).map(callOf) };
    });

/** A look at what is pinned, which goes with every page of a wall: it is meant to be asked again. */
export const isLook = ({ method, params }: LogEntry): boolean => method === 'wall.get' && params['count'] === '1';

/** One call as a text: its method and everything it asked for. */
export const callOf = ({ method, params }: LogEntry): string =>
  `${method} ${JSON.stringify(Object.entries(params).toSorted(([a], [b]) => a.localeCompare(b)))}`;
