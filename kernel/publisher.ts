import type { Message } from './messages.js';
import type { RequestChannel, Sockets } from './sockets.js';
import type { Json, Wire } from './wire.js';

/** Everything that leaves the kernel: replies, and what all clients see. */
export class Publisher {
  constructor(
    private readonly wire: Wire,
    private readonly sockets: Sockets,
  ) {}

  /** Sends to all clients; `parent` is the raw header of the request that this belongs to. */
  publish(type: string, content: object | Json, parent: Json): void {
    this.sockets.iopub.send(this.wire.pack(type, content, parent, [type]));
  }

  status(state: 'busy' | 'idle' | 'starting', parent: Json): void {
    this.publish('status', { execution_state: state }, parent);
  }

  reply(channel: RequestChannel, request: Message, type: string, content: object): void {
    this.sockets[channel].send(this.wire.pack(type, content, request.rawHeader, request.identities));
  }
}
