import type { Message } from './messages.js';
import type { ReplyChannel, Sockets } from './sockets.js';
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

  /** Tells a client that it hears this channel now. */
  welcome(subscription: Buffer): void {
    const topic = subscription.length > 0 ? [subscription] : [];
    this.sockets.iopub.send(this.wire.pack('iopub_welcome', { subscription: subscription.toString() }, '{}', topic));
  }

  status(state: 'busy' | 'idle' | 'starting', parent: Json): void {
    this.publish('status', { execution_state: state }, parent);
  }

  /** Asks the front end that sent `request`; returns the id by which it answers, calls `lost` where it is not there. */
  ask(request: Message, content: object, lost: () => void): string {
    const header = this.wire.header('input_request');
    void this.sockets.ask(this.wire.pack(header, content, request.rawHeader, request.identities)).catch(lost);
    return header.msg_id;
  }

  reply(channel: ReplyChannel, request: Message, type: string, content: object): void {
    this.sockets[channel].send(this.wire.pack(type, content, request.rawHeader, request.identities));
  }
}
