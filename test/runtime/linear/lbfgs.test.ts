import { describe, expect, it } from 'vitest';
import { minimize, type Objective } from '../../../runtime/linear/lbfgs.js';

function solve(objective: Objective, start: number[], options = { maxIterations: 200, tolerance: 1e-8 }) {
  const steps = [...minimize(objective, Float64Array.from(start), options)];
  return { steps, last: steps.at(-1)! };
}

/** Rosenbrock's valley: minimum 0 at (1, 1). */
const valley: Objective = (x, gradient) => {
  const [a, b] = [x[0]!, x[1]!];
  gradient[0] = -400 * a * (b - a * a) - 2 * (1 - a);
  gradient[1] = 200 * (b - a * a);
  return 100 * (b - a * a) ** 2 + (1 - a) ** 2;
};

describe('minimize', () => {
  it('finds the end of a curved valley, never going up', () => {
    const { steps, last } = solve(valley, [-1.2, 1]);
    expect(last.converged).toBe(true);
    expect(last.x[0]).toBeCloseTo(1, 6);
    expect(last.x[1]).toBeCloseTo(1, 6);
    expect(last.iteration).toBeLessThan(60);
    steps.slice(1).forEach((step, i) => expect(step.value).toBeLessThanOrEqual(steps[i]!.value));
  });

  it('solves an ill-conditioned bowl of many dimensions', () => {
    const size = 100;
    const bowl: Objective = (x, gradient) => {
      let value = 0;
      for (let i = 0; i < size; i++) {
        const weight = 10 ** ((4 * i) / size);
        gradient[i] = weight * (x[i]! - i);
        value += 0.5 * weight * (x[i]! - i) ** 2;
      }
      return value;
    };
    const { last } = solve(bowl, new Array<number>(size).fill(0), { maxIterations: 2000, tolerance: 1e-6 });
    last.x.forEach((part, i) => expect(part).toBeCloseTo(i, 4));
  });

  it('stops at the limit of iterations, and at once where it starts at the minimum', () => {
    expect(solve(valley, [-1.2, 1], { maxIterations: 3, tolerance: 1e-8 }).last).toMatchObject({ iteration: 3, converged: false });
    expect(solve(valley, [1, 1]).steps).toHaveLength(1);
  });

  it('ends where rounding hides any further fall', () => {
    const { last } = solve(valley, [-1.2, 1], { maxIterations: 10_000, tolerance: 1e-300 });
    expect(last.converged).toBe(true);
    expect(last.x[0]).toBeCloseTo(1, 6);
  });
});
