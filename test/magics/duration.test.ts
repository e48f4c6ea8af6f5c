import { expect, it } from 'vitest';
import { duration } from '../../magics/duration.js';

it.each([[0, '0 ns'], [3.5e-7, '0.35 ns'], [1.2345e-5, '12.3 ns'], [0.0123, '12.3 µs'], [1, '1 ms'], [999.9, '1000 ms'], [1500, '1.5 s'], [59_400, '59.4 s'], [59_999, '1 min 0 s'], [61_000, '1 min 1 s'], [119_900, '2 min 0 s']])('%d ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});
