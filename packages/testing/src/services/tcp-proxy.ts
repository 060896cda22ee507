import { once } from 'node:events';
import { type Server, type Socket, connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '@otklik/embedded-postgres';

export type TcpProxy = {
  readonly port: number;
  /** The same URL, led through the proxy. */
  through(url: string): string;
  /** Delays what passes, each way. 0 ends it. */
  latency(ms: number): void;
  /** Half-open: connections stay up and new ones open, but no byte passes. Those that were there stay dead for good. */
  blackhole(): void;
  /** Resets every open connection (RST), once. */
  reset(): void;
  /** Resets every open connection and refuses new ones. */
  refuse(): Promise<void>;
  /** New connections work again. */
  restore(): Promise<void>;
  close(): Promise<void>;
};

type Pair = { readonly client: Socket; readonly upstream: Socket; isDead: boolean };

/** Stands before a server on 127.0.0.1 and makes the network bad. */
export const startTcpProxy = async (target: { readonly port: number }): Promise<TcpProxy> => {
  const port = await findFreePort();
  const pairs = new Set<Pair>();
  const weather = { latencyMs: 0, isBlackhole: false };
  let server: Server | undefined;

  const listen = async (): Promise<void> => {
    server = createServer((client) => join({ client, target: target.port, pairs, weather }));
    server.listen({ host: '127.0.0.1', port });
    await once(server, 'listening');
  };
  const reset = (): void => {
    for (const { client, upstream } of pairs) for (const socket of [client, upstream]) cut(socket);
  };
  const refuse = async (): Promise<void> => {
    const listening = server;
    server = undefined;
    const closed = listening === undefined ? undefined : once(listening.close(), 'close');
    reset();
    await closed;
  };

  await listen();
  return {
    port,
    through: (url) => Object.assign(new URL(url), { port: String(port) }).href,
    latency: (ms) => (weather.latencyMs = ms),
    blackhole: () => {
      weather.isBlackhole = true;
      for (const pair of pairs) pair.isDead = true;
    },
    reset,
    refuse,
    restore: async () => {
      weather.isBlackhole = false;
      if (server === undefined) await listen();
    },
    close: refuse,
  };
};

type Joint = {
  readonly client: Socket;
  readonly target: number;
  readonly pairs: Set<Pair>;
  readonly weather: { readonly latencyMs: number; readonly isBlackhole: boolean };
};

const join = ({ client, target, pairs, weather }: Joint): void => {
  const upstream = connect({ host: '127.0.0.1', port: target });
  const pair: Pair = { client, upstream, isDead: weather.isBlackhole };
  pairs.add(pair);
  const pass = (from: Socket, to: Socket): void => {
    let last: Promise<void> = Promise.resolve();
    // One after the other: what was sent while it was slow must not be overtaken by what comes after.
    const later = (act: () => void): void => {
      if (pair.isDead) return;
      const passesAt = performance.now() + weather.latencyMs;
      last = last.then(async () => {
        const ms = passesAt - performance.now();
        if (ms > 0) await delay(ms);
        if (!pair.isDead) act();
      });
    };
    from.setNoDelay(true);
    from.on('data', (data) => later(() => to.write(data)));
    from.once('end', () => later(() => to.end()));
    from.once('error', () => later(() => cut(to)));
    from.once('close', () => client.destroyed && upstream.destroyed && pairs.delete(pair));
  };
  pass(client, upstream);
  pass(upstream, client);
};

/** RST. A socket that has said its last word can't send one any more: Node would count it as destroyed and leave it open. */
const cut = (socket: Socket): void => void (socket.writableEnded ? socket.destroy() : socket.resetAndDestroy());
