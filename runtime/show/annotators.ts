const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * How annotators are called where space is short: UUIDs by their first or last four letters or more, as many as tell them
 * apart; other names in full.
 *
 * @example
 * shortNames(['ann', '00000000-0000-4000-8000-00000000000a']).get('ann'); // 'ann'
 */
export function shortNames(names: readonly string[]): ReadonlyMap<string, string> {
  const ids = names.filter((name) => uuid.test(name));
  for (let length = 4; length < 36; length++) {
    for (const part of [(id: string) => `${id.slice(0, length)}…`, (id: string) => `…${id.slice(-length)}`]) {
      if (new Set(ids.map(part)).size === ids.length) return new Map(names.map((name) => [name, uuid.test(name) ? part(name) : name]));
    }
  }
  return new Map(names.map((name) => [name, name]));
}
