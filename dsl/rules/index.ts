import { acyclic } from './acyclic.js';
import { argumentsFit } from './argumentsFit.js';
import { columnsOfKind } from './columnsOfKind.js';
import { columnTypes } from './columnTypes.js';
import { frameworkDoesKind } from './frameworkDoesKind.js';
import { holesPrint } from './holesPrint.js';
import { knownLabels } from './knownLabels.js';
import { knownReferences } from './knownReferences.js';
import { loopsFit } from './loopsFit.js';
import { operandsFit } from './operandsFit.js';
import type { Rule } from './rule.js';
import { strategiesFit } from './strategiesFit.js';
import { uniqueNames } from './uniqueNames.js';

/** What must hold beside every name meaning something; each says what it checks in its own file. */
export const rules: readonly Rule[] = [
  uniqueNames, knownReferences, acyclic, columnsOfKind, columnTypes, loopsFit, strategiesFit, argumentsFit, operandsFit, holesPrint, knownLabels, frameworkDoesKind,
];
