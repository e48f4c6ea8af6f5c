import type { BlockEntry, Declaration, SettingEntry, TaskEntry } from './ast.js';
import type { Program } from './program.js';

type TrainingEntry = SettingEntry | BlockEntry;

/** A declaration and those it extends, the oldest first; nothing where one is unknown or the chain a circle. */
export function ancestry<K extends 'Task' | 'Training'>(declaration: Declaration, kind: K, program: Program): Declaration[] | undefined {
  const chain: Declaration[] = [];
  for (let one: Declaration | undefined = declaration; ; ) {
    if (!one || one.syntax.kind !== kind || chain.includes(one)) return undefined;
    chain.unshift(one);
    const parent: string | undefined = one.syntax.parent?.text;
    if (parent === undefined) return chain;
    one = program.find(parent);
  }
}

/** The child's named entries replace the parent's in place, its `for`s all of the parent's; its `where`s are added. */
export function inheritTask(parent: readonly TaskEntry[], child: readonly TaskEntry[]): TaskEntry[] {
  const isNamed = (entry: TaskEntry) => entry.kind === 'Let' || entry.kind === 'Column';
  const same = (a: TaskEntry, b: TaskEntry) => isNamed(a) && a.kind === b.kind && 'name' in a && 'name' in b && a.name.text === b.name.text;
  const replacesLoops = child.some(({ kind }) => kind === 'For');
  const kept = parent.filter(({ kind }) => !(replacesLoops && kind === 'For')).map((entry) => child.find((own) => same(own, entry)) ?? entry);
  const added = child.filter((entry) => !kept.includes(entry));
  // Names are looked up above an entry, so what a loop inherited from the parent uses has to stand before it.
  const [before, after] = [added.filter(isNamed), added.filter((entry) => !isNamed(entry))];
  const loop = kept.findIndex(({ kind }) => kind === 'For');
  return loop < 0 ? [...kept, ...added] : [...kept.slice(0, loop), ...before, ...kept.slice(loop), ...after];
}

/** Keys are replaced by name, blocks merged by key. */
export function inheritTraining(parent: readonly TrainingEntry[], child: readonly TrainingEntry[]): TrainingEntry[] {
  const merged = [...parent];
  for (const entry of child) {
    const at = merged.findIndex((one) => one.name.text === entry.name.text);
    const old = merged[at];
    if (!old) merged.push(entry);
    else if (old.kind === 'Block' && entry.kind === 'Block' && old.target?.text === entry.target?.text) {
      merged[at] = { ...entry, entries: inheritTraining(old.entries, entry.entries) };
    } else merged[at] = entry;
  }
  return merged;
}
