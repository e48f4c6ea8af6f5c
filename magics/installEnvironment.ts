import type { CellIO } from '../kernel/cell.js';
import { costOf, environments, findInstalled, installEnvironment, ownPython, pythonOf, type EnvironmentName, type InstallProgress } from '../runtime/environments/index.js';
import { UserError } from '../runtime/error.js';

/** Installs an environment and shows how far that is. */
export async function installWithProgress(name: EnvironmentName, io: CellIO, python?: string): Promise<string> {
  io.write('stdout', `Installing the Python environment "${name}": ${costOf(environments[name])}.\n`);
  let shown = io.display(progressBundle(name, { step: 'environment', text: 'looking for a Python' }));
  let step: InstallProgress['step'] = 'environment';
  const report = (progress: InstallProgress): void => {
    const bundle = progressBundle(name, progress);
    // Each step leaves its last line, where lines can be replaced and where they cannot.
    if (progress.step === step) shown.update(bundle);
    else shown = io.display(bundle);
    step = progress.step;
  };
  const { folder } = await installEnvironment(environments[name], { signal: io.signal, report, ...(python !== undefined && { python }) });
  io.write('stdout', `The Python environment "${name}" is installed in "${folder}".\n`);
  return folder;
}

const verbs = { environment: '', find: 'found', install: 'installed', check: '' } as const;

function progressBundle(name: string, { step, text, done, total }: InstallProgress) {
  const counted = total === undefined ? '' : `${done} of ${total} packages ${verbs[step]}`;
  return { 'text/plain': `${name}: ${[counted, text].filter(Boolean).join(': ')}` };
}

/**
 * Asks whether a missing environment is to be installed, and installs it. Throws `environment/missing` where the answer is no or nobody
 * can be asked.
 */
export async function offerEnvironment(name: EnvironmentName, io: CellIO): Promise<void> {
  const missing = await pythonOf(name).then(() => undefined, (error: unknown) => error);
  if (missing === undefined) return;
  if (!(missing instanceof UserError) || missing.code !== 'environment/missing') throw missing;
  const answer = await io.ask?.(`The Python environment "${name}" is not installed (${costOf(environments[name])}). Install it now? [y/N] `);
  if (!/^\s*y(es)?\s*$/i.test(answer ?? '')) throw missing;
  await installWithProgress(name, io);
}

/** How an environment stands, for lists. */
export async function stateOf(name: EnvironmentName): Promise<{ readonly state: 'own' | 'installed' | 'damaged' | 'missing'; readonly folder?: string; readonly python?: string }> {
  const own = ownPython(environments[name]);
  if (own !== undefined) return { state: 'own', python: own };
  const installed = await findInstalled(environments[name]);
  if (!installed) return { state: 'missing' };
  return { state: installed.whole ? 'installed' : 'damaged', folder: installed.folder, python: installed.python };
}
