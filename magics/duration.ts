/**
 * A time in the unit in which it is easiest to read, three digits long.
 *
 * @example
 * duration(0.0123); // '12.3 µs'
 */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds >= 60) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const [unit, size] = units.find(([, size]) => ms >= size) ?? units.at(-1)!;
  return `${Number((ms / size).toPrecision(3))} ${unit}`;
}

const units = [['s', 1000], ['ms', 1], ['µs', 1e-3], ['ns', 1e-6]] as const;
