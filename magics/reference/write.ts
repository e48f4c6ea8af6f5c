/** `npm run docs`: writes the pages of the reference. */
import { fileURLToPath } from 'node:url';
import { writeFileAtomic } from '../../runtime/files/atomic.js';
import { commands } from '../registry.js';
import { languageSchema } from '../schema.js';
import { sections } from './entries.js';
import { frameworksPage } from './frameworksPage.js';
import { referencePage } from './page.js';
import { withExamples } from './run.js';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
const schema = languageSchema({});
await writeFileAtomic(`${docs}frameworks.md`, frameworksPage(schema));
await writeFileAtomic(`${docs}language.md`, await withExamples(docs, (run) => referencePage(sections(schema, commands), run)));
