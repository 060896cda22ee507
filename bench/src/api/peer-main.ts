import express from 'express';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { newId, runApp, untilAborted } from '@otklik/shared';
import pg from 'pg';

/** As wide as the pool of the API that it is compared with. */
const POOL_MAX = 10;

const INSERT = `
INSERT INTO job (id, workspace_id, type, state, priority, payload, labels, max_attempts, max_starts, timeout_ms, run_at, queued_at)
VALUES ($1, $2, 'parse', 'queued', 3, $3, '{}', 3, 8, 300000, now(), now())`;

/**
 * The least that an Express service could do: one insert of one row, and one answer out of memory. No key, no checks, no
 * log, no queue. `--database URL --workspace ID --body JSON`; prints the port.
 */
await runApp({
  main: async (stop) => {
    const { values } = parseArgs({
      options: { database: { type: 'string' }, workspace: { type: 'string' }, body: { type: 'string', default: '{}' } },
    });
    const pool = new pg.Pool({ connectionString: values.database, max: POOL_MAX });
    const body: unknown = JSON.parse(values.body);
    const app = express();
    app.get('/job', (_req, res) => {
      res.json(body);
    });
    app.post('/jobs', express.json(), async (req, res) => {
      const id = newId();
      await pool.query(INSERT, [id, values.workspace, JSON.stringify(req.body)]);
      res.status(202).json({ id });
    });
    const server = createServer(app).listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const address = server.address();
    process.stdout.write(`listening on ${typeof address === 'object' && address !== null ? address.port : ''}\n`);
    await untilAborted(stop);
    server.close();
    server.closeAllConnections();
    await pool.end();
  },
});
