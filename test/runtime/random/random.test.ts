import { expect, it } from 'vitest';
import { Random, hash53, randomFrom } from '../../../runtime/random/random.js';

it('gives the published numbers of xoshiro128**', () => {
  const random = new Random([1, 2, 3, 4]);
  expect(Array.from({ length: 10 }, () => random.bits())).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ]);
});

it('gives equal keys equal numbers and others others', () => {
  const draw = (...key: (string | number)[]) => randomFrom(...key).next();
  expect(draw(1, 'a')).toBe(draw(1, 'a'));
  expect(new Set([draw(1, 'a'), draw(2, 'a'), draw(1, 'b'), draw('1', 'a'), draw(1, 'a', '')]).size).toBe(5);
});

it('draws evenly', () => {
  const random = randomFrom('even');
  const counts = new Array<number>(7).fill(0);
  for (let i = 0; i < 70_000; i++) counts[random.below(7)]!++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  let sum = 0;
  for (let i = 0; i < 10_000; i++) sum += random.next();
  expect(sum / 10_000).toBeCloseTo(0.5, 1);
});

it('shuffles into every order equally often', () => {
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = randomFrom(i).shuffle(['a', 'b', 'c']).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
});

it('orders running ids evenly by hash', () => {
  let below = 0;
  for (let i = 0; i < 20_000; i++) if (hash53(String(i), 42) < 0.8 * 2 ** 53) below++;
  expect(Math.abs(below - 16_000)).toBeLessThan(250);
  expect(hash53('a', 1)).not.toBe(hash53('a', 2));
});
