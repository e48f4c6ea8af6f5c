import { UserError } from '../error.js';
import { compile, type Compiler, type Variable } from './expression.js';
import { Frame } from './frame.js';
import type { Expression } from './program.js';
import type { Value } from './value.js';

/** A text with parameters, as the language compiles it: `body` and defaults see the parameters alone. */
export interface Template {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; /** Absent: it must be given. */ readonly default?: Expression }[];
  readonly body: Expression;
}

/** What a template's hole takes: numbers are printed in their shortest form, lists joined by `, `. */
export type TemplateValue = string | number | boolean | readonly TemplateValue[];

/**
 * A template as a function: its arguments in order, defaults for those left out. Null where an argument that it shows is
 * null, as a row with it would not be made. Throws `type/missing-argument`, `type/too-many-arguments`.
 *
 * @example
 * const greet = templateFunction({
 *   name: 'greet', parameters: [{ name: 'who' }],
 *   body: { op: 'text', parts: [{ op: 'literal', value: 'Hello ' }, { op: 'variable', name: 'who' }] },
 * });
 * greet('Ann'); // 'Hello Ann'
 */
export function templateFunction({ name, parameters, body }: Template): (...values: (TemplateValue | null)[]) => string | null {
  let slots = 0;
  const compiler: Compiler = {
    newSlot: () => slots++,
    placeOfField: outside,
    placeOfQuestion: outside,
    isText: () => false,
    unification: outside,
  };
  const frame = new Frame(new Set());
  const own = parameters.map((parameter) => ({ ...parameter, slot: compiler.newSlot() }));
  const defaults = own.map((parameter) => parameter.default && compile(parameter.default, new Map(), compiler));
  const scope = new Map(own.map((parameter): [string, Variable] => [parameter.name, { slot: parameter.slot, from: null }]));
  const text = compile(body, scope, compiler);
  return (...values) => {
    if (values.length > own.length) {
      throw new UserError('type/too-many-arguments', `The template "${name}" takes ${own.length} ${own.length === 1 ? 'argument' : 'arguments'}, and was given ${values.length}.`, 'Remove the rest.');
    }
    own.forEach((parameter, i) => {
      const given: Value = values[i];
      const preset = defaults[i];
      if (given === undefined && !preset) throw new UserError('type/missing-argument', `The template "${name}" needs "${parameter.name}".`, `Its parameters are: ${own.map((one) => one.name).join(', ')}.`);
      frame.slots[parameter.slot] = given === undefined ? preset!.run(frame) : given;
    });
    return text.run(frame) as string | null;
  };
}

function outside(): never {
  throw new Error('A template sees nothing of a record.');
}
