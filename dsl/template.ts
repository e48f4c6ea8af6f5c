import type { Declaration, TemplateNode } from './ast.js';
import type { TemplatePlan } from './plan.js';
import type { Meaning } from './program.js';
import { Resolver, type Surroundings } from './resolve.js';
import { Scope } from './scope.js';
import { any } from './types.js';

/** What a call of a template needs to know of it. */
export interface TemplateMeaning {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; /** What stands in for an argument left out. */ readonly fallback?: Meaning }[];
  readonly body: Meaning;
  /** Expressions in it, those of the templates that it calls included; 0 where it is wrong. */
  readonly size: number;
}

/** A template's body sees its parameters, `param`s and other templates, nothing of the record. */
export function resolveTemplate(declaration: Declaration & { readonly syntax: TemplateNode }, around: Omit<Surroundings, 'records' | 'template'>): TemplateMeaning {
  const { syntax, name } = declaration;
  const resolver = new Resolver({ ...around, template: name });
  const outside = new Scope();
  const scope = new Scope();
  const parameters = syntax.parameters.map(({ name: parameter, value }) => {
    scope.declare(parameter.text, { plan: { op: 'variable', name: parameter.text }, type: any });
    return { name: parameter.text, ...(value ? { fallback: resolver.resolve(value, outside) } : {}) };
  });
  const body = resolver.resolve(syntax.body, scope);
  return { name, parameters, body, size: body.plan ? resolver.size : 0 };
}

/** The plan of a template, where it is right. */
export function templatePlan({ name, parameters, body }: TemplateMeaning): TemplatePlan | undefined {
  const plans = parameters.map((one) => ({ name: one.name, ...(one.fallback?.plan && { default: one.fallback.plan }) }));
  return body.plan && parameters.every(({ fallback }) => !fallback || fallback.plan) ? { name, parameters: plans, body: body.plan } : undefined;
}
