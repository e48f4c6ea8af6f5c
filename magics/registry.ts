import { nearest } from '../dsl/index.js';
import { UserError } from '../runtime/error.js';
import type { Command, Surface } from './command.js';
import { agreement } from './commands/agreement.js';
import { attach } from './commands/attach.js';
import { capture } from './commands/capture.js';
import { cd } from './commands/cd.js';
import { check } from './commands/check.js';
import { compare } from './commands/compare.js';
import { complete } from './commands/complete.js';
import { config } from './commands/config.js';
import { doctor } from './commands/doctor.js';
import { env } from './commands/env.js';
import { envs } from './commands/envs.js';
import { format } from './commands/format.js';
import { generate } from './commands/generate.js';
import { help } from './commands/help.js';
import { hover } from './commands/hover.js';
import { inspect } from './commands/inspect.js';
import { kernel } from './commands/kernel.js';
import { load } from './commands/load.js';
import { logs } from './commands/logs.js';
import { lsmagic } from './commands/lsmagic.js';
import { metrics } from './commands/metrics.js';
import { predict } from './commands/predict.js';
import { prepare } from './commands/prepare.js';
import { pwd } from './commands/pwd.js';
import { reset } from './commands/reset.js';
import { run } from './commands/run.js';
import { runs } from './commands/runs.js';
import { score } from './commands/score.js';
import { sh } from './commands/sh.js';
import { stop } from './commands/stop.js';
import { task } from './commands/task.js';
import { time } from './commands/time.js';
import { timeit } from './commands/timeit.js';
import { train } from './commands/train.js';
import { typecheck } from './commands/typecheck.js';
import { unify } from './commands/unify.js';
import { who } from './commands/who.js';
import { writefile } from './commands/writefile.js';

/** Every command: `%name` and `tasklab name` alike. Its order is that of the lists that users see. */
export const commands: readonly Command[] = [
  task, load, unify, agreement, metrics, prepare, train, config, runs, attach, logs, stop, predict, generate, score, compare, check, format, complete, hover, run, envs, doctor, kernel,
  sh, time, timeit, capture, writefile, env, cd, pwd, who, inspect, typecheck, reset, lsmagic, help,
];

/** The commands of one surface. */
export const commandsOf = (surface: Surface): readonly Command[] => commands.filter((c) => !c.only || c.only === surface);

/** @throws {UserError} `magic/unknown` or `command/unknown`, with the nearest name. */
export function commandNamed(name: string, surface: Surface): Command {
  const known = commandsOf(surface);
  const found = known.find((c) => c.name === name);
  if (found) return found;
  const near = nearest(name, known.map((c) => c.name));
  const [code, sign, list] = surface === 'notebook' ? ['magic/unknown', '%', '%lsmagic'] : ['command/unknown', 'tasklab ', 'tasklab help'];
  throw new UserError(code, `There is no ${surface === 'notebook' ? 'magic' : 'command'} "${sign}${name}".`, near ? `Did you mean "${sign}${near}"?` : `${list} shows them all.`);
}
