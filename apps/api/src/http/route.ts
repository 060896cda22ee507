import type { OperationDoc, OperationInput, Scope } from '@otklik/contracts';
import type { Principal } from '@otklik/core';
import type { ErrorCode } from '@otklik/shared';
import type { Request, Response } from 'express';
import { type Checked, makeCheckInput } from './check-input.ts';

/** A request that passed its door: known caller, allowed, not checked further. */
export type Call = {
  readonly principal: Principal;
  readonly requestId: string;
  readonly req: Request;
  readonly res: Response;
  /** A signal that aborts when the caller goes away. */
  readonly untilGone: () => AbortSignal;
  /** Milliseconds that the work of the answer may still take; below 0 the caller hears, or has heard, that it failed. */
  readonly remainingMs: () => number;
};

export type Method = 'get' | 'post' | 'patch' | 'delete';

/** What `/openapi.json` says of a route beside its input. A route that is no part of the API says why instead. */
export type RouteDoc =
  | (OperationDoc & {
      /** Beside those that follow from scope and input (problems-of.ts). */
      readonly problems?: readonly ErrorCode[];
    })
  | { readonly undocumented: string };

type Served = {
  readonly method: Method;
  /** As Express reads it. */
  readonly path: string;
  readonly doc: RouteDoc;
  /** Streams may take longer than an answer should. */
  readonly isStream?: boolean;
};

/** A route for callers with a key that has this scope. There is no other way to make one: the default is to deny. */
export type KeyedRoute = Served & {
  readonly scope: Scope;
  readonly input: OperationInput;
  /** Answers by itself, or throws. */
  readonly handle: (call: Call) => Promise<void>;
};

/** A route for everybody. */
export type OpenRoute = Served & { readonly scope: 'public'; readonly handle: (call: Pick<Call, 'req' | 'res'>) => Promise<void> };

export type Route = KeyedRoute | OpenRoute;

type KeyedSpec<I extends OperationInput> = Omit<KeyedRoute, 'input' | 'handle'> & {
  /** Schemas of what comes in: they check it, and they are what the document shows. An absent body counts as `{}`. */
  readonly input: I;
  readonly handle: (call: Call & { readonly input: Checked<I> }) => Promise<void>;
};

/** A route whose input is checked before it is called: every fault of path, query, headers and body is told at once. */
export const keyedRoute = <I extends OperationInput>({ handle, ...route }: KeyedSpec<I>): KeyedRoute => {
  const check = makeCheckInput(route.input);
  return { ...route, handle: (call) => handle({ ...call, input: check(call.req) }) };
};
