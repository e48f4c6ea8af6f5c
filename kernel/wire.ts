import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Header, Message } from './messages.js';

const delimiter = '<IDS|MSG>';

/** Version of the Jupyter messaging protocol that all headers name. */
export const protocolVersion = '5.5';

/** A message that must not be acted on: not signed with our key, or not in the protocol's form. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** JSON that is made already, so that large outputs are not parsed and written again on their way through. */
export type Json = Buffer | string;

/** Signed frames to messages and back, for one connection: its key and our session. */
export class Wire {
  readonly session = randomUUID();
  readonly #digest: string;
  #sent = 0;

  /** An empty key means that nothing is signed, as the protocol allows. */
  constructor(
    private readonly key: string,
    /** `hmac-` and the name of a digest. */
    scheme = 'hmac-sha256',
    private readonly username = 'kernel',
  ) {
    this.#digest = scheme.replace(/^hmac-/, '');
  }

  /** Frames of a new message of a type, or with a header that is made already; `content` is an object, or JSON that is sent as it stands. */
  pack(type: string | Header, content: object | Json, parent: Json = '{}', identities: readonly Json[] = [], metadata: object = {}): Json[] {
    const header = JSON.stringify(typeof type === 'string' ? this.header(type) : type);
    const json = typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content);
    const body = [header, parent, JSON.stringify(metadata), json];
    return [...identities, delimiter, this.#sign(body), ...body];
  }

  header(type: string): Header {
    return {
      msg_id: `${this.session}_${++this.#sent}`,
      session: this.session,
      username: this.username,
      date: new Date().toISOString(),
      msg_type: type,
      version: protocolVersion,
    };
  }

  /** The message in `frames`; throws a {@link WireError} unless its signature is ours. */
  unpack(frames: readonly Buffer[]): Message {
    const start = frames.findIndex((frame) => frame.length === delimiter.length && frame.toString('latin1') === delimiter);
    const [signature, header, parent, metadata, content] = frames.slice(start + 1);
    if (start < 0 || !signature || !header || !parent || !metadata || !content) throw new WireError('The message is not in five parts.');
    const wanted = Buffer.from(this.#sign([header, parent, metadata, content]));
    if (signature.length !== wanted.length || !timingSafeEqual(signature, wanted)) throw new WireError('The signature is wrong.');
    const rawHeader = header.toString();
    try {
      return {
        identities: frames.slice(0, start),
        rawHeader,
        header: object(rawHeader) as unknown as Header,
        parent: object(parent),
        metadata: object(metadata),
        content: object(content),
        buffers: frames.slice(start + 6),
      };
    } catch (cause) {
      throw new WireError('A part of the message is no JSON object.', { cause });
    }
  }

  #sign(parts: readonly Json[]): string {
    if (this.key === '') return '';
    const hmac = createHmac(this.#digest, this.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  }
}

function object(json: Json): Record<string, unknown> {
  const value: unknown = JSON.parse(json.toString());
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('not an object');
  return value as Record<string, unknown>;
}
