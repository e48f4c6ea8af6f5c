/** `npm run docs`: writes the reference page. */
import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '../../runtime/files/atomic.js';
import { commands } from '../registry.js';
import { languageSchema } from '../schema.js';
import { sections } from './entries.js';
import { referencePage } from './page.js';
import { withExamples } from './run.js';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
await writeFileAtomic(`${docs}language.md`, await withExamples(docs, (run) => referencePage(sections(languageSchema({}), commands), run)));
