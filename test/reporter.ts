import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';

/** Ends a run with why tests were skipped and one plain line: `N passed, N failed, N skipped`. */
export default class PlainSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[], _reason: TestRunEndReason): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    const skips = new Map<string, number>();
    for (const module of modules) {
      let failedTests = 0;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') count.passed++;
        else if (result.state === 'failed') failedTests++;
        else {
          count.skipped++;
          const reason = ('note' in result ? result.note : undefined) ?? `no reason given by "${test.fullName}"`;
          skips.set(reason, (skips.get(reason) ?? 0) + 1);
        }
      }
      // A file that cannot be loaded, or a hook that fails, counts even where no test of it ran.
      count.failed += failedTests === 0 && module.state() === 'failed' ? 1 : failedTests;
    }
    for (const [reason, tests] of skips) console.log(`skipped ${tests}: ${reason}`);
    console.log(`\n${count.passed} passed, ${count.failed} failed${count.skipped ? `, ${count.skipped} skipped` : ''}`);
  }
}
