import { describe, expect, it } from 'vitest';
import { command } from '../../magics/command.js';
import { helpOf, readWords } from '../../magics/commandLine.js';

const bake = command({
  name: 'bake',
  summary: 'Bakes a cake.',
  program: true,
  arguments: [
    { name: 'cake', doc: 'Which.' },
    { name: 'topping', doc: 'What goes on it.', optional: true, variadic: true },
  ],
  options: {
    train_size: { type: 'number', doc: 'Share of it.', default: 1 },
    seed: { type: 'integer', doc: 'Seed.' },
    param: { type: 'pairs', short: 'p', doc: 'A parameter.' },
    format: { type: 'text', doc: 'Form of the output.', choices: ['jsonl', 'text'], only: 'terminal' },
    quiet: { type: 'flag', doc: 'Says less.' },
  },
  examples: ['%bake brownie', 'tasklab bake cakes.task brownie'],
  run: async () => undefined,
});

const failure = (words: string[], surface: 'notebook' | 'terminal' = 'notebook'): { code: string; message: string; hint?: string } => {
  try {
    readWords(bake, words, surface);
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('no error');
};

describe('readWords', () => {
  it('reads arguments and options by type, under the names of the table', () => {
    const words = ['brownie', 'nuts', 'cream', '--train-size', '0.8', '--seed=7', '-p', 'a=1', '-p', 'b=x=y', '--quiet'];
    expect(readWords(bake, words, 'notebook')).toEqual({
      args: ['brownie', 'nuts', 'cream'],
      options: { train_size: 0.8, seed: 7, param: { a: '1', b: 'x=y' }, quiet: true },
    });
  });

  it('takes the program first in a terminal', () => {
    expect(readWords(bake, ['cakes.task', 'brownie', '--format', 'jsonl'], 'terminal')).toEqual({ args: ['cakes.task', 'brownie'], options: { format: 'jsonl' } });
  });

  it.each([
    [['brownie', '--sed', '7'], "Unknown option '--sed'.", /--seed/],
    [[], "Missing required argument 'cake'.", /%bake -h/],
    [['brownie', '--seed', '1.5'], /whole number/, /%bake -h/],
    [['brownie', '--train-size', ''], /must be a number/, /%bake -h/],
    [['brownie', '-p', 'a'], /name=value/, /%bake -h/],
    [['brownie', '--format', 'jsonl'], /Unknown option '--format'/, /./],
  ])('says what is wrong with %j', (words, message, hint) => {
    const error = failure(words);
    expect(error.code).toBe('command/usage');
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  it('refuses a choice that there is not, with the ones that there are', () => {
    expect(failure(['f', 'c', '--format', 'xml'], 'terminal').message).toMatch(/jsonl, text/);
  });

  it('gives help with defaults and examples of the surface', () => {
    expect(readWords(bake, ['-h'], 'notebook')).toEqual({ help: helpOf(bake, 'notebook') });
    expect(helpOf(bake, 'notebook')).toMatch(/Usage: %bake \[options\] <cake> \[topping\.\.\.\][\s\S]*Default: 1[\s\S]*%bake brownie/);
    expect(helpOf(bake, 'terminal')).toMatch(/tasklab bake \[options\] <file> <cake>[\s\S]*tasklab bake cakes\.task/);
    expect(helpOf(bake, 'notebook')).not.toContain('--format');
  });
});
