// A handler of three magics, in the shape of `CellHandlerModule`: what the kernel promises to whoever shares its cells.
let context = {};

export const concerns = (cell) => cell.startsWith('%');

export const loadLanguage = async () => ({
  translate(cell) {
    const line = /^%(\w+)[ \t]*(.*)$/.exec(cell.split('\n')[0]);
    if (!line) return { code: cell, declared: [], errors: [] };
    const [first, ...rest] = cell.split('\n');
    const [, name, text] = line;
    if (name === 'wrong') {
      return { code: '', declared: [], errors: [{ ename: 'magic/unknown', evalue: 'There is no magic "%wrong".', traceback: [`cell:1:1 ${first}`] }] };
    }
    const meta = JSON.stringify({ cellLine: 1, assigned: false });
    return { code: [`void (await $magic('${name}', [${JSON.stringify(text)}], ${meta}));`, ...rest].join('\n'), declared: [], errors: [] };
  },
  complete: (cell, offset) => (cell.startsWith('%') ? { start: 0, end: offset, items: (context.names ?? []).map((label) => ({ label, kind: 'magic' })) } : undefined),
  inspect: (cell) => (cell.startsWith('%') ? '**magic**' : undefined),
  isComplete: (cell) => (cell.startsWith('%') ? 'complete' : undefined),
  setContext: (value) => (context = value),
});

export function createRunner({ scope }) {
  const used = [];
  const magics = {
    async show(call, io) {
      io.write('stdout', `${call.cell} ${call.parts[0]}\n`);
      const handle = io.display({ 'text/plain': String(scope(call.parts[0])) });
      handle.update({ 'text/plain': typeof scope(call.parts[0]) });
    },
    /** Waits for an interrupt, and needs a moment to end well. */
    async tidy(call, io) {
      io.write('stdout', 'waits\n');
      await new Promise((resolve) => io.signal.addEventListener('abort', resolve));
      await new Promise((resolve) => setTimeout(resolve, 200));
      io.write('stdout', 'ended well\n');
    },
    /** Hears no interrupt. */
    async deaf(call, io) {
      io.write('stdout', 'waits\n');
      await new Promise(() => undefined);
    },
  };
  return {
    context: () => ({ names: used }),
    async run(call, io) {
      used.push(`%${call.name}`);
      return magics[call.name](call, io);
    },
  };
}
