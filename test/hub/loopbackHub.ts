/** A hub on this machine: the parts of the hub's API that reading data sets and models needs, over a folder of repositories. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface LoopbackHub {
  readonly url: string;
  /** Method and path of every request so far. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export interface HubOptions {
  /** Needed for repositories whose name begins with `private`. */
  readonly token?: string;
  /** Files a page of a listing has. */
  readonly page?: number;
  /** A file that arrives without its second half, as if it were whole. */
  readonly cutOff?: string;
  /** What it says in place of a commit. */
  readonly commit?: string;
  /** Tells who may not read what they sent, their token with it: no hub should. */
  readonly echo?: boolean;
}

/** The one commit of a repository. */
export const commitOf = (repository: string): string => sha1(repository);

/** Serves `folder/owner/name` as repositories, of data sets and of models alike, each with one commit, `main` and the tag `v1`. */
export async function startHub(folder: string, options: HubOptions = {}): Promise<LoopbackHub> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    void answer(request, response, folder, options);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () => new Promise((done) => (server.close(() => done()), server.closeAllConnections())),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, folder: string, { token = 'hf_secret', page = 2, cutOff, commit: said, echo = false }: HubOptions): Promise<void> {
  const url = new URL(request.url!, `http://${request.headers.host}`);
  const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  const found = /^\/(?:(?:api\/)?datasets\/|api\/models\/)?([\w.-]+\/[\w.-]+)\/(revision|tree|paths-info|resolve)\/([^/]+)(?:\/(.*))?$/.exec(url.pathname);
  const [, name = '', verb, encoded = '', path = ''] = found ?? [];
  const repository = join(folder, name);
  if (!found || !existsSync(repository)) return void json(404, { error: 'Repository not found' }, { 'x-error-code': 'RepoNotFound' });
  if (name.split('/')[1]!.startsWith('private') && request.headers.authorization !== `Bearer ${token}`) return void json(401, { error: echo ? `Who sends ${request.headers.authorization} may not read this` : 'Invalid credentials' });
  const commit = said ?? commitOf(name);
  const revision = decodeURIComponent(encoded);
  if (!['main', 'v1', commit].includes(revision)) return void json(404, { error: `Invalid rev id: ${revision}` }, { 'x-error-code': 'RevisionNotFound' });
  const files = readdirSync(repository, { recursive: true, encoding: 'utf8' }).sort().map((file) => {
    const isFile = statSync(join(repository, file)).isFile();
    const bytes = isFile ? readFileSync(join(repository, file)) : Buffer.from(file);
    // As the real one keeps large files.
    const lfs = file.endsWith('.onnx') && { lfs: { oid: createHash('sha256').update(bytes).digest('hex'), size: bytes.length, pointerSize: 134 } };
    return { type: isFile ? 'file' : 'directory', path: file, oid: sha1(bytes), size: isFile ? bytes.length : 0, ...lfs };
  });
  if (verb === 'revision') return void json(200, { _id: '1', id: name, sha: commit, private: false, downloads: 0, likes: 0, gated: false, lastModified: '2024-01-01T00:00:00.000Z', siblings: files.filter(({ type }) => type === 'file').map(({ path: rfilename }) => ({ rfilename })) });
  if (verb === 'tree') {
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const next = new URL(url);
    next.searchParams.set('cursor', String(from + page));
    return void json(200, files.slice(from, from + page), from + page < files.length ? { link: `<${next.href}>; rel="next"` } : {});
  }
  if (verb === 'paths-info') {
    const { paths } = JSON.parse(await bodyOf(request)) as { paths: string[] };
    return void json(200, files.filter((file) => paths.includes(file.path)).map((file) => ({ ...file, lastCommit: { id: commit, title: 'all', date: '2024-01-01T00:00:00.000Z' } })));
  }
  const file = files.find((one) => one.path === decodeURIComponent(path));
  if (!file) return void response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
  const whole = readFileSync(join(repository, file.path));
  const bytes = file.path === cutOff ? whole.subarray(0, whole.length / 2) : whole;
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  const headers = { etag: `"${file.oid}"`, 'x-repo-commit': commit };
  if (!range) return void response.writeHead(200, { ...headers, 'content-length': bytes.length }).end(bytes);
  const [start, end] = [Number(range[1]), Math.min(Number(range[2]), bytes.length - 1)];
  response.writeHead(206, { ...headers, 'content-range': `bytes ${start}-${end}/${bytes.length}` }).end(bytes.subarray(start, end + 1));
}

const sha1 = (data: string | Buffer): string => createHash('sha1').update(data).digest('hex');

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
  return body;
}
