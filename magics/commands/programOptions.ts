/** What every command on a program takes in a terminal. */
export const programOptions = {
  param: { type: 'pairs', short: 'p', doc: 'Value of a param of the program.', only: 'terminal' },
} as const;
