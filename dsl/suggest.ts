/** Edit distance with transposition: `lable` is one step from `label`. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      let steps = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + Number(a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) steps = Math.min(steps, before[j - 2]! + 1);
      row.push(steps);
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length]!;
}

/** The known name nearest to `name`, or nothing where none is near; of equally near ones the first. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = name.slice(0, 100).toLowerCase();
  let best: string | undefined;
  let bestSteps = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - wanted.length) >= bestSteps) continue;
    const steps = distance(wanted, candidate.toLowerCase());
    // A name of which nothing is left is another name, however short it is.
    if (steps < bestSteps && steps < Math.max(wanted.length, candidate.length)) [best, bestSteps] = [candidate, steps];
  }
  return best;
}

/**
 * What to say about an unknown name: the nearest known one, else the known ones, else nothing.
 *
 * @example
 * suggest('lable', ['text', 'label']); // 'Did you mean "label"?'
 */
export function suggest(name: string, known: readonly string[]): string | undefined {
  const near = nearest(name, known);
  if (near !== undefined) return `Did you mean "${near}"?`;
  const names = [...new Set(known)];
  if (names.length === 0) return undefined;
  const shown = names.slice(0, 12).join(', ');
  return `Known: ${shown}${names.length > 12 ? `, and ${names.length - 12} more` : ''}.`;
}
