import type { AppControllerRoute, AppViewRoute, BullBoardQueues, IServerAdapter, UIConfig } from '@bull-board/api/typings/app';

/** What Bull Board hands to whoever serves it. */
export type BoardParts = {
  readonly adapter: IServerAdapter;
  readonly queues: () => BullBoardQueues;
  readonly config: () => UIConfig;
  readonly entry: () => readonly string[];
  readonly routes: () => readonly AppControllerRoute[];
  /** Folders of the page and of its assets. */
  readonly views: () => string;
  readonly assets: () => string;
};

/** Stands where a web framework would: it keeps the parts for our own door, which checks who asks, and how long it takes. */
export const collectBoardParts = (): BoardParts => {
  let queues: BullBoardQueues = new Map();
  let config: UIConfig = {};
  let entry: readonly string[] = [];
  let routes: readonly AppControllerRoute[] = [];
  let views = '';
  let assets = '';
  const adapter: IServerAdapter = {
    setQueues: (given) => {
      queues = given;
      return adapter;
    },
    setUIConfig: (given) => {
      config = given;
      return adapter;
    },
    setEntryRoute: ({ route }: AppViewRoute) => {
      entry = [route].flat();
      return adapter;
    },
    setApiRoutes: (given) => {
      routes = given;
      return adapter;
    },
    setViewsPath: (path) => {
      views = path;
      return adapter;
    },
    setStaticPath: (_route, path) => {
      assets = path;
      return adapter;
    },
    // Errors are ours to translate: the board's own translation quotes them.
    setErrorHandler: () => adapter,
  };
  return {
    adapter,
    queues: () => queues,
    config: () => config,
    entry: () => entry,
    routes: () => routes,
    views: () => views,
    assets: () => assets,
  };
};
