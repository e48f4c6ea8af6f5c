import { createHash } from 'node:crypto';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
type Names = ReadonlyMap<string, string>;

/** Hash of a meaning, 16 hexadecimal digits: equal for equal meanings, whatever lets are called and keys stand first. */
export function fingerprint(meaning: object): string {
  return createHash('sha256').update(canonical(meaning as Json, { names: new Map(), count: { next: 0 } })).digest('hex').slice(0, 16);
}

interface Naming {
  readonly names: Names;
  readonly count: { next: number };
}

/** JSON with sorted keys in which variables are numbered and conditions have no text. */
function canonical(value: Json, naming: Naming): string {
  if (Array.isArray(value)) return canonicalList(value as readonly Json[], naming);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const node = value as { readonly [key: string]: Json | undefined };
  if (node['op'] === 'variable') return `$${naming.names.get(node['name'] as string) ?? String(node['name'])}`;
  if (node['op'] === 'bind') {
    const bound = Object.entries(node['names'] as { readonly [key: string]: Json });
    const inner = bound.reduce((names, [name]) => named(names, name), { ...naming, names: new Map() as Names });
    return `bind(${bound.map(([name, given]) => `${inner.names.get(name)!}=${canonical(given, naming)}`).join()};${canonical(node['body']!, inner)})`;
  }
  const entries = Object.entries(node).filter(([key, part]) => part !== undefined && !(key === 'text' && node['entry'] === 'where'));
  return `{${entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => `${JSON.stringify(key)}:${canonical(part!, naming)}`).join()}}`;
}

/** A list's lets and columns are names for the entries after them, and in their blocks. */
function canonicalList(items: readonly Json[], naming: Naming): string {
  let inner = naming;
  const written = items.map((item) => {
    if (item === null || typeof item !== 'object' || Array.isArray(item)) return canonical(item, inner);
    const entry = item as { readonly [key: string]: Json };
    if (entry['entry'] === 'let' || entry['entry'] === 'column') {
      const given = canonical(entry['value']!, inner);
      inner = named(inner, entry['name'] as string);
      return `${entry['entry']} ${entry['entry'] === 'column' ? JSON.stringify(entry['name']) : ''}${inner.names.get(entry['name'] as string)!}=${given}`;
    }
    if (entry['entry'] === 'for') {
      const loop = entry['loop'] as { readonly [key: string]: Json };
      const variables = loop['over'] === 'pairs' ? [loop['better'], loop['worse']] : loop['over'] === 'items' ? [loop['name']] : [];
      const { better: _, worse: __, name: ___, ...head } = loop;
      const body = variables.reduce<Naming>((names, name) => named(names, name as string), inner);
      return `for ${canonical(head, inner)}(${variables.map((name) => body.names.get(name as string)).join()})${canonical(entry['body']!, body)}`;
    }
    return canonical(item, inner);
  });
  return `[${written.join()}]`;
}

function named({ names, count }: Naming, name: string): Naming {
  return { names: new Map(names).set(name, String(count.next++)), count };
}
