export { prepare, type PrepareOptions, type PrepareProgress } from './prepare.js';
export { Prepared } from './prepared.js';
export { Rows, type RowOrigin } from './rows.js';
export type { Drop, Manifest, PreparedWarning, SideCounts } from './manifest.js';
