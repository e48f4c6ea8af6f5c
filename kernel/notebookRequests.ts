import type { NotebookRequest } from './child/protocol.js';
import type { TypeScriptReader } from './typescriptReader.js';

/** What a magic wants to know of the cells, or changes for those to come. */
export function serve(request: Exclude<NotebookRequest, { about: 'restart' }>, reader: TypeScriptReader): Promise<unknown> {
  switch (request.about) {
    case 'names':
      return reader.names();
    case 'inspect':
      return reader.inspect(request.code, request.code.length);
    case 'typecheck':
      return reader.typecheck(request.mode);
    case 'setFolder':
      return reader.setFolder(request.path);
  }
}
