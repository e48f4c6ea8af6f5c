import * as messages from '../messages.js';
import { kindOfTask } from '../training.js';
import type { Rule } from './rule.js';

/** The framework of a training can do the kind of its task. */
export const frameworkDoesKind: Rule = ({ program, trainings }) => {
  for (const { entries, framework } of trainings) {
    const find = (key: string) => entries.find((entry) => entry.kind === 'Setting' && entry.name.text === key);
    const [task, chosen] = [find('task'), find('framework')];
    if (!framework || task?.kind !== 'Setting' || chosen?.kind !== 'Setting') continue;
    const name = task.value.kind === 'Name' ? task.value.text : task.value.kind === 'Literal' ? String(task.value.value) : '';
    const kind = kindOfTask(program, name);
    if (kind === undefined || Object.hasOwn(framework.kinds, kind)) continue;
    const able = program.schema.frameworks.filter(({ kinds }) => Object.hasOwn(kinds, kind)).map((one) => one.name);
    program.report(messages.frameworkKind(framework.name, kind, able), chosen.value.span, chosen.source);
  }
};
