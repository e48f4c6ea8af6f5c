import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allOffences, offences } from './boundaries.js';

const root = resolve(import.meta.dirname, '../..');

describe('import boundaries', () => {
  it('hold in the whole tree', () => {
    expect(allOffences(root)).toEqual([]);
  });

  it.each([
    ['dsl/parser.ts', `import { Prepared } from '../runtime/prepare/prepared.js';`],
    ['dsl/parser.ts', `import zod from 'zod';`],
    ['runtime/linear/worker.ts', `export type { Plan } from '../../dsl/plan.js';`],
    ['runtime/prepare/prepare.ts', `const k = await import('../../kernel/cell.js');`],
    ['kernel/kernel.ts', `import type { Magic } from '../magics/magic.js';`],
    ['kernel/kernel.ts', `import { z } from 'zod';`],
    ['magics/train.ts', `import { Kernel } from '../kernel/kernel.js';`],
    ['magics/train.ts', `let x: import('../kernel/wire.js').Frames;`],
  ])('are broken by %s with %s', (file, text) => {
    expect(offences(root, resolve(root, file), text)).toHaveLength(1);
  });

  it.each([
    ['magics/train.ts', `import type { CellIO } from '../kernel/cell.js';`],
    ['kernel/main.ts', `import { language } from '../magics/handler.js';`],
    ['dsl/parser.ts', `// import x from 'zod'\nimport { Lexer } from 'chevrotain';`],
  ])('allow %s with %s', (file, text) => {
    expect(offences(root, resolve(root, file), text)).toEqual([]);
  });
});
