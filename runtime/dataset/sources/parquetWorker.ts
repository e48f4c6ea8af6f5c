/** What the decoding thread is asked: a file's columns, some rows at a time. */
export interface ParquetRequest {
  readonly path: string;
  readonly columns: readonly string[];
  readonly batchRows: number;
}

/** What it answers: batches as Arrow IPC streams, in order, and an end. It waits for `next` after each few. */
export type ParquetAnswer = { readonly batch: Uint8Array<ArrayBuffer> } | { readonly end: true } | { readonly failure: string };

/**
 * What runs in the decoding thread. It is started from its own source text (`parquetDecoder.ts`), so it uses nothing from
 * outside of itself but what it is sent: `workerData.from`, the place that libraries are looked up from. A file that
 * brings the decoder down brings down this thread alone.
 */
export function parquetWorker(): void {
  const { createRequire } = process.getBuiltinModule('node:module');
  const { openAsBlob } = process.getBuiltinModule('node:fs');
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const load = createRequire((workerData as { from: string }).from);
  const { ParquetFile } = load('parquet-wasm') as typeof import('parquet-wasm');
  const port = parentPort!;

  // So many batches are made ahead of who reads them.
  const ahead = 3;
  let credit = 0;
  let go = (): void => {};

  async function read({ path, columns, batchRows }: ParquetRequest): Promise<void> {
    const file = await ParquetFile.fromFile(await openAsBlob(path));
    const batches = await file.stream({ columns: [...columns], batchSize: batchRows, concurrency: 1 });
    for await (const decoded of batches as unknown as AsyncIterable<import('parquet-wasm').RecordBatch>) {
      const batch = decoded.intoIPCStream() as Uint8Array<ArrayBuffer>;
      if (credit === 0) await new Promise<void>((resolve) => (go = resolve));
      credit--;
      port.postMessage({ batch } satisfies ParquetAnswer, [batch.buffer]);
    }
    file.free();
  }

  port.on('message', (message: ParquetRequest | 'next') => {
    if (message === 'next') {
      credit++;
      return go();
    }
    credit = ahead;
    read(message).then(
      () => port.postMessage({ end: true } satisfies ParquetAnswer),
      (error: unknown) => port.postMessage({ failure: error instanceof Error ? error.message : String(error) } satisfies ParquetAnswer),
    );
  });
}
