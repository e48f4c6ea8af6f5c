/**
 * Minimises a smooth function: L-BFGS with a line search for the strong Wolfe conditions (Nocedal and Wright, Numerical
 * Optimization, algorithms 7.4, 3.5 and 3.6). Stops as SciPy's L-BFGS-B does: when no part of the gradient exceeds the
 * tolerance, or the value no longer falls.
 */

/** Writes the gradient at `x` into `gradient` and gives the value. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface Iteration {
  /** 0 is the start. */
  readonly iteration: number;
  readonly x: Float64Array;
  readonly value: number;
  /** Largest absolute part of the gradient. */
  readonly slope: number;
  readonly converged: boolean;
}

export interface MinimizeOptions {
  readonly maxIterations: number;
  readonly tolerance: number;
}

/** Steps remembered; SciPy's default. */
const memory = 10;
/** A smaller relative fall of the value is none: 64 machine epsilons, as scikit-learn sets it. */
const leastFall = 64 * Number.EPSILON;
const sufficient = 1e-4;
const curvature = 0.9;
const maxTrials = 50;

/** Yields after each iteration, so that the caller can report, let other work run, or stop. */
export function* minimize(objective: Objective, start: Float64Array, options: MinimizeOptions): Generator<Iteration, Iteration> {
  let x: Float64Array = Float64Array.from(start);
  let gradient: Float64Array = new Float64Array(x.length);
  let value = objective(x, gradient);
  const history: { step: Float64Array; change: Float64Array; scale: number }[] = [];
  let current: Iteration = { iteration: 0, x, value, slope: largest(gradient), converged: largest(gradient) <= options.tolerance };
  yield current;
  while (!current.converged && current.iteration < options.maxIterations) {
    let direction = descent(gradient, history);
    if (dot(direction, gradient) >= 0) {
      history.length = 0;
      direction = descent(gradient, history);
    }
    const first = history.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    const found = search(objective, x, value, gradient, direction, first);
    if (!found) {
      // Rounding hides any further fall: this is the minimum that float64 can see.
      current = { ...current, converged: true };
      yield current;
      break;
    }
    const step = combine(found.x, -1, x);
    const change = combine(found.gradient, -1, gradient);
    const product = dot(step, change);
    if (product > Number.EPSILON * dot(change, change)) {
      history.push({ step, change, scale: 1 / product });
      if (history.length > memory) history.shift();
    }
    const fall = (value - found.value) / Math.max(Math.abs(value), Math.abs(found.value), 1);
    ({ x, value, gradient } = found);
    const slope = largest(gradient);
    current = { iteration: current.iteration + 1, x, value, slope, converged: slope <= options.tolerance || fall <= leastFall };
    yield current;
  }
  return current;
}

/** Minus the gradient times the approximate inverse Hessian (two-loop recursion). */
function descent(gradient: Float64Array, history: readonly { step: Float64Array; change: Float64Array; scale: number }[]): Float64Array {
  const direction = new Float64Array(gradient.length);
  add(direction, -1, gradient);
  const shares = new Float64Array(history.length);
  for (let i = history.length - 1; i >= 0; i--) {
    const { step, change, scale } = history[i]!;
    shares[i] = scale * dot(step, direction);
    add(direction, -shares[i]!, change);
  }
  const last = history.at(-1);
  if (last) {
    const scale = 1 / (last.scale * dot(last.change, last.change));
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  history.forEach(({ step, change, scale }, i) => add(direction, shares[i]! - scale * dot(change, direction), step));
  return direction;
}

interface Trial {
  readonly length: number;
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  readonly value: number;
  readonly slope: number;
}

function search(
  objective: Objective,
  x: Float64Array,
  value: number,
  gradient: Float64Array,
  direction: Float64Array,
  first: number,
): Trial | undefined {
  const slope = dot(gradient, direction);
  const at = (length: number): Trial => {
    const point = combine(x, length, direction);
    const there = new Float64Array(x.length);
    const result = objective(point, there);
    return { length, x: point, gradient: there, value: result, slope: dot(there, direction) };
  };
  const falls = (trial: Trial): boolean => trial.value <= value + sufficient * trial.length * slope;
  const flat = (trial: Trial): boolean => Math.abs(trial.slope) <= -curvature * slope;

  // Widen until the minimum along the direction is bracketed by `low` (the best that falls enough) and `high`.
  let low: Trial = { length: 0, x, gradient, value, slope };
  let high: Trial | undefined;
  let trials = 0;
  for (let length = first; trials < maxTrials; length *= 2) {
    const trial = at(length);
    trials++;
    if (!falls(trial) || (low.length > 0 && trial.value >= low.value)) {
      high = trial;
      break;
    }
    if (flat(trial)) return trial;
    if (trial.slope >= 0) {
      high = low;
      low = trial;
      break;
    }
    low = trial;
  }
  for (; high && trials < maxTrials; trials++) {
    const trial = at(between(low, high));
    if (!falls(trial) || trial.value >= low.value) {
      high = trial;
    } else {
      if (flat(trial)) return trial;
      if (trial.slope * (high.length - low.length) >= 0) high = low;
      low = trial;
    }
    if (Math.abs(high.length - low.length) <= 1e-14 * Math.max(1, low.length)) break;
  }
  return low.length > 0 && low.value < value ? low : undefined;
}

/** Minimum of the cubic through both ends, kept away from them. */
function between(a: Trial, b: Trial): number {
  const middle = a.slope + b.slope - (3 * (a.value - b.value)) / (a.length - b.length);
  const root = Math.sqrt(middle * middle - a.slope * b.slope) * Math.sign(b.length - a.length);
  const length = b.length - ((b.length - a.length) * (b.slope + root - middle)) / (b.slope - a.slope + 2 * root);
  const from = Math.min(a.length, b.length);
  const width = Math.abs(b.length - a.length);
  return length > from + 0.1 * width && length < from + 0.9 * width ? length : from + width / 2;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  const { length } = a;
  for (let i = 0; i < length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function add(to: Float64Array, factor: number, part: Float64Array): void {
  const { length } = to;
  for (let i = 0; i < length; i++) to[i]! += factor * part[i]!;
}

function combine(a: Float64Array, factor: number, b: Float64Array): Float64Array {
  const sum = Float64Array.from(a);
  add(sum, factor, b);
  return sum;
}

function largest(vector: Float64Array): number {
  let most = 0;
  for (let i = 0; i < vector.length; i++) most = Math.max(most, Math.abs(vector[i]!));
  return most;
}
