import { command, type Around } from '../command.js';
import { duration } from '../duration.js';

export const time = command({
  name: 'time',
  summary: 'Runs TypeScript and says how long it took; a promise is awaited.',
  only: 'notebook',
  line: 'code',
  body: 'code',
  code: 'around',
  arguments: [],
  options: {},
  returns: 'any',
  examples: ['%time await load()', '%time const rows = await load()', 'const rows = %time load()', '%%time'],
  async run(_call, { io }): Promise<Around> {
    const cpu = process.cpuUsage();
    const start = performance.now();
    return {
      end(outcome) {
        const wall = performance.now() - start;
        const { user, system } = process.cpuUsage(cpu);
        io.write('stdout', `CPU times: user ${duration(user / 1e3)}, sys: ${duration(system / 1e3)}, total: ${duration((user + system) / 1e3)}\nWall time: ${duration(wall)}\n`);
        return outcome;
      },
    };
  },
});
