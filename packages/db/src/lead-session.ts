import { DatabaseError } from '@otklik/shared';
import { toDatabaseError } from './database-errors.ts';
import { type DirectClient, createDirectClient } from './direct-client.ts';

/** Any number that nobody else locks in this database: "otkl" in ASCII. */
const LOCK_KEY = 0x6f746b6c;

/** The server ends this session when it says nothing for so long. PostgreSQL before 14 can't: it finds dead sessions only. */
const LIMIT_SILENCE = `
SELECT set_config('idle_session_timeout', $1, false) WHERE current_setting('server_version_num')::int >= 140000`;

/** Asked again it would be locked twice, so a session that has the lock only says who it is. */
const TAKE = 'SELECT pg_backend_pid() AS pid, pg_try_advisory_lock($1) AS held';
const PROVE = 'SELECT pg_backend_pid() AS pid, true AS held';

export type LeadSessionOptions = {
  readonly url: string;
  /** How long the connection and each answer may take. */
  readonly answerMs: number;
  /** How long the session may be silent. */
  readonly sessionMs: number;
  /** The connection is gone. */
  readonly onLost: () => void;
};

/** One connection that the lock lives and dies with. */
export type LeadSession = {
  /** Takes the lock, or shows that it is still there. Throws DatabaseError when the server doesn't say; cut it then. */
  ask(): Promise<boolean>;
  /** Gives the lock back and says good-bye, within the time for an answer. Never rejects. */
  end(): Promise<void>;
  /** Closes the connection without a word, whatever state the server is in. */
  cut(): void;
};

/** Throws DatabaseError. */
export const openLeadSession = async (options: LeadSessionOptions): Promise<LeadSession> => {
  const { client, cut, leave, letGo } = await connect(options);
  let holder: number | undefined;

  const ask = async (): Promise<boolean> => {
    const question = holder === undefined ? { text: TAKE, values: [LOCK_KEY] } : { text: PROVE };
    const { rows } = await client.query<{ pid: number; held: boolean }>(question);
    const [answer] = rows;
    if (answer === undefined) return false;
    if (holder !== undefined && holder !== answer.pid) throw new DatabaseError('DB_REJECTED', NO_SESSION);
    if (answer.held) holder = answer.pid;
    return answer.held;
  };
  const sayGoodbye = async (): Promise<void> => {
    // Behind a pooler the session outlives this connection, and with it would the lock.
    if (holder !== undefined) await client.query('SELECT pg_advisory_unlock($1)', [LOCK_KEY]);
    await client.end();
  };
  return {
    ask: async () => {
      try {
        return await ask();
      } catch (thrown) {
        throw toDatabaseError(thrown);
      }
    },
    end: async () => {
      letGo();
      await leave(options.answerMs, sayGoodbye);
    },
    cut: () => {
      letGo();
      cut();
    },
  };
};

type Connected = DirectClient & {
  /** From now on nobody is told of its loss. */
  letGo(): void;
};

const connect = async ({ url, answerMs, sessionMs, onLost }: LeadSessionOptions): Promise<Connected> => {
  const direct = createDirectClient({ url, name: 'otklik-reconciler', answerMs });
  const { client } = direct;
  let isWanted = true;
  client.on('error', () => undefined);
  client.on('end', () => {
    if (isWanted) onLost();
  });
  const letGo = (): void => {
    isWanted = false;
  };
  try {
    await client.connect();
    await client.query(LIMIT_SILENCE, [String(sessionMs)]);
    return { ...direct, letGo };
  } catch (thrown) {
    letGo();
    direct.cut();
    throw toDatabaseError(thrown);
  }
};

const NO_SESSION = 'The lock of the reconciler needs a session of its own: DATABASE_DIRECT_URL must not lead through a pooler.';
