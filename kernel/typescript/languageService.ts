import ts from 'typescript';
import type { Project } from './project.js';

/** TypeScript's public LanguageService over cells: completion, inspection, and checks where nothing quicker can be used. */
export class CellService {
  readonly service: ts.LanguageService;
  #opened: string;

  constructor(private readonly project: Project) {
    const globals = [project.path('.globals.d.ts'), project.path('.node.d.ts')];
    this.#opened = this.open('');
    const options: ts.CompilerOptions = { ...project.options, types: ['node'] };
    this.service = ts.createLanguageService(
      {
        ...project,
        getCompilationSettings: () => options,
        getDefaultLibFileName: (o) => ts.getDefaultLibFilePath(o),
        getScriptFileNames: () => [...globals, this.#opened],
        getScriptVersion: (path) => project.version(path),
        getScriptSnapshot: (path) => {
          const text = project.readFile(path);
          return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
        },
        resolveModuleNameLiterals: (literals, from) => literals.map(({ text }) => project.resolve(text, from)),
      },
      sharing(project),
    );
  }

  /** Makes a text what is checked, always under one path: TypeScript then reuses what it knows of all other files. */
  open(text: string): string {
    return (this.#opened = this.project.write('.cell.ts', text));
  }

  /** What TypeScript says of types in a file. */
  diagnostics(path: string): readonly ts.Diagnostic[] {
    return this.service.getSemanticDiagnostics(path);
  }
}

/** The trees of installed files are the project's, so that they are made and kept once. */
function sharing(project: Project): ts.DocumentRegistry {
  const registry = ts.createDocumentRegistry(true, project.folder);
  const shared = <F extends 'acquireDocumentWithKey' | 'updateDocumentWithKey'>(name: F): ts.DocumentRegistry[F] =>
    ((path: string, ...rest: unknown[]) => project.installed(path, rest.at(-1) as ts.CreateSourceFileOptions) ?? (registry[name] as (...args: unknown[]) => ts.SourceFile)(path, ...rest)) as ts.DocumentRegistry[F];
  return {
    ...registry,
    acquireDocumentWithKey: shared('acquireDocumentWithKey'),
    updateDocumentWithKey: shared('updateDocumentWithKey'),
    releaseDocumentWithKey: (path, ...rest: unknown[]) => {
      if (!project.installed(path)) (registry.releaseDocumentWithKey as (...args: unknown[]) => void)(path, ...rest);
    },
  };
}
