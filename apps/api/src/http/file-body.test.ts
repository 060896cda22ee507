import { createServer } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import express from 'express';
import { fileBody } from './file-body.ts';

test('when a file is sent byte by byte, then it is handed on in large parts, and whole', async () => {
  const app = express().post('/', async (req, res) => {
    const sizes: number[] = [];
    for await (const part of fileBody(req)) sizes.push(part.length);
    res.json(sizes);
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const socket = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
  const head = 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
  socket.end(`${head}${'1\r\na\r\n'.repeat(100_000)}0\r\n\r\n`);
  const answer = await text(socket);
  server.close();
  expect(answer).toMatch(/\[65536,34464\]/);
});
