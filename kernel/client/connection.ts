import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionInfo } from '../messages.js';

/** Five free ports on the loopback interface, and a fresh key. */
export async function newConnection(): Promise<ConnectionInfo> {
  const servers = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const [shell, control, stdin, iopub, heartbeat] = servers.map((server) => (server.address() as AddressInfo).port) as [number, number, number, number, number];
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return {
    transport: 'tcp',
    ip: '127.0.0.1',
    key: randomBytes(32).toString('hex'),
    signature_scheme: 'hmac-sha256',
    shell_port: shell,
    control_port: control,
    stdin_port: stdin,
    iopub_port: iopub,
    hb_port: heartbeat,
    kernel_name: 'tasklab',
  };
}

/** Writes a connection file that only the user can read, in a folder of its own. */
export async function writeConnectionFile(connection: ConnectionInfo): Promise<{ folder: string; file: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tasklab-kernel-'));
  const file = join(folder, 'connection.json');
  await writeFile(file, JSON.stringify(connection), { mode: 0o600 });
  return { folder, file };
}
