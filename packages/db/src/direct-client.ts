import { Socket } from 'node:net';
import { withDeadline } from '@otklik/shared';
import pg from 'pg';

type Options = {
  /** Past poolers in transaction mode: it is for what belongs to a session. */
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
  /** How long connecting and each answer may take. */
  readonly answerMs: number;
};

/** A connection of its own, that ends whatever the server does. */
export type DirectClient = {
  /** Not connected yet. Listen to its `error`, or it ends the process. */
  readonly client: pg.Client;
  /** Closes it without a word. */
  cut(): void;
  /** Says good-bye, in its own words where given, and cuts it after so long at the latest. Never rejects. */
  leave(withinMs: number, goodbye?: () => Promise<void>): Promise<void>;
};

/** The socket is ours: a driver whose server is silent waits for its good-bye without end. */
export const createDirectClient = ({ url, name, answerMs }: Options): DirectClient => {
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: answerMs,
    query_timeout: answerMs,
    keepAlive: true,
    stream: () => socket,
  });
  const cut = (): void => void socket.destroy();
  return {
    client,
    cut,
    leave: async (withinMs, goodbye = () => client.end()) => {
      await withDeadline(goodbye(), withinMs).catch(() => undefined);
      cut();
    },
  };
};
