import type { Scope } from '@otklik/contracts';
import type { Principal } from '@otklik/core';
import type { Request, Response } from 'express';

/** A request that passed its door: known caller, allowed, not checked further. */
export type Call = {
  readonly principal: Principal;
  readonly requestId: string;
  readonly req: Request;
  readonly res: Response;
  /** A signal that aborts when the caller goes away. */
  readonly untilGone: () => AbortSignal;
};

export type Method = 'get' | 'post' | 'delete';

type Served = { readonly method: Method; /** As Express reads it. */ readonly path: string };

/** A route for callers with a key that has this scope. There is no other way to make one: the default is to deny. */
export type KeyedRoute = Served & {
  readonly scope: Scope;
  /** Answers by itself, or throws. */
  readonly handle: (call: Call) => Promise<void>;
  /** Streams may take longer than an answer should. */
  readonly isStream?: boolean;
};

/** A route for everybody. */
export type OpenRoute = Served & { readonly scope: 'public'; readonly handle: (call: Pick<Call, 'req' | 'res'>) => Promise<void> };

export type Route = KeyedRoute | OpenRoute;
