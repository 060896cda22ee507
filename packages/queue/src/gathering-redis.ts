import { Redis } from 'ioredis';

/** What a command is written to. */
type Stream = Redis['stream'];

/**
 * A client that writes what it is asked in one turn (a callback of the event loop and the promises that follow from it)
 * together, in that order: many deliveries end in the same turn, and each command of its own would be a system call and
 * would wake Redis for that one. Nothing waits longer than until the turn is over. ioredis's own `enableAutoPipelining` changes how commands are made and answered, and jobs of Bull were
 * seen without their data under it (OptimalBits/bull#2276); this changes only when their bytes leave.
 */
export class GatheringRedis extends Redis {
  #held: Stream | undefined;

  override sendCommand(...parameters: Parameters<Redis['sendCommand']>): unknown {
    this.#hold(this.stream);
    return super.sendCommand(...parameters);
  }

  /** There is none before the first connection, and another one after each. */
  #hold(stream: Stream | undefined): void {
    if (stream === undefined || stream === this.#held) return;
    this.#held = stream;
    stream.cork();
    process.nextTick(() => {
      this.#held = undefined;
      stream.uncork();
    });
  }
}
