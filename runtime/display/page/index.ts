/** A notebook as a page of its own. */
export { type Notebook, notebookToHtml, type PageOptions } from './notebookToHtml.js';
