/** Calls `end` when the process that started this one is gone, so that no kernel outlives its client. */
export function endWithParent(end: () => unknown): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void end();
  }, 1000).unref();
}
