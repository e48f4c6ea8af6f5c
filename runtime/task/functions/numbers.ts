/** Functions of numbers. */
import { define, number, numbers, type FunctionDefinition } from './define.js';
import { present } from './lists.js';

export const numberFunctions: readonly FunctionDefinition[] = [
  define(
    'round',
    { number, digits: number },
    {
      returns: number,
      required: 1,
      doc: 'Rounded to that many digits after the point (default: 0), halves away from zero.',
      example: 'round(2.345, 2) == 2.35',
    },
    round,
  ),
  define(
    'floor',
    { number },
    { returns: number, doc: 'The next whole number below.', example: 'floor(2.7) == 2' },
    Math.floor as (...args: number[]) => number,
  ),
  define(
    'ceil',
    { number },
    { returns: number, doc: 'The next whole number above.', example: 'ceil(2.1) == 3' },
    Math.ceil as (...args: number[]) => number,
  ),
  define(
    'abs',
    { number },
    { returns: number, doc: 'Without its sign.', example: 'abs(-2) == 2' },
    Math.abs as (...args: number[]) => number,
  ),
  define(
    'min',
    { values: [number, numbers] },
    { returns: number, variadic: true, doc: 'The smallest of numbers or of a list of them; null of none.', example: 'min(3, 1, 2) == 1' },
    (...values: unknown[]) => reduce(values, (a, b) => (b < a ? b : a)),
  ),
  define(
    'max',
    { values: [number, numbers] },
    { returns: number, variadic: true, doc: 'The largest of numbers or of a list of them; null of none.', example: 'max([3, 1, 2]) == 3' },
    (...values: unknown[]) => reduce(values, (a, b) => (b > a ? b : a)),
  ),
  define(
    'sum',
    { values: [number, numbers] },
    { returns: number, variadic: true, doc: 'The sum; 0 of none.', example: 'sum([1, 2, 3]) == 6' },
    (...values: unknown[]) => reduce(values, (a, b) => a + b) ?? 0,
  ),
  define(
    'mean',
    { values: [number, numbers] },
    { returns: number, variadic: true, doc: 'The mean; null of none.', example: 'mean([1, 2, 6]) == 3' },
    mean,
  ),
];

/** Shifts the point in the number's shortest form, so that 2.345 is a half as it is written. */
function round(value: number, digits = 0): number {
  const shift = (number: number, by: number) => {
    const [mantissa, exponent = '0'] = String(number).split('e');
    return Number(`${mantissa}e${Number(exponent) + by}`);
  };
  return Math.sign(value) * shift(Math.round(shift(Math.abs(value), digits)), -digits) + 0;
}

function reduce(values: readonly unknown[], combine: (a: number, b: number) => number): number | null {
  const numbers = present(values.flat()) as number[];
  return numbers.length === 0 ? null : numbers.reduce(combine);
}

function mean(...values: unknown[]): number | null {
  const numbers = present(values.flat()) as number[];
  return numbers.length === 0 ? null : numbers.reduce((a, b) => a + b) / numbers.length;
}
