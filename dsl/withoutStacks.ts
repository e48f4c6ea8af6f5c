/**
 * Runs `work` with errors that carry no stack: a parser's errors are values here, and recording where each was made
 * costs more than the parsing.
 */
export function withoutStacks<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
