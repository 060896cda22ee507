// Loaded before a program. It is in a process group of its own, so a killed starter would leave it running for ever:
// when the line to the starter breaks, the program is told to stop, in order.
import { Socket } from 'node:net';

const fd = Number(process.env.OTKLIK_LIFELINE_FD);
delete process.env.OTKLIK_LIFELINE_FD;

if (fd > 2) {
  const line = new Socket({ fd, readable: true, writable: false });
  line.on('error', () => undefined);
  line.once('close', () => process.kill(process.pid, 'SIGTERM'));
  line.resume();
  line.unref();
}
