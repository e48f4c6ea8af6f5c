import { UserError } from '../error.js';
import { hubVariables } from '../launch/environment.js';
import type { Framework } from './framework.js';
import { spanMarkerClassification } from './options/spanMarker.js';
import { openPythonModel, pythonWorker } from './python.js';
import { checkTogether } from './trainingArguments.js';

/** SpanMarker, in an environment of its own: it needs Transformers 4, which gets no security fixes any more. */
export const spanMarker: Framework = {
  name: 'span_marker',
  doc: 'SpanMarker: named entities, by an encoder that looks at every span.',
  kinds: { token_classification: spanMarkerClassification },
  needsModel: true,
  environment: 'span_marker',
  variables: hubVariables,
  check({ model, trust, options }) {
    checkTogether(options);
    if (model?.from !== 'repository' || trust !== null) return;
    throw new UserError(
      'model/needs-trust',
      `SpanMarker stays on Transformers 4, so that it takes no model of a hub that is not trusted, and "${model.name}" is not.`,
      `Write trust = "${model.name}@COMMIT", give a folder, or train with transformers.`,
    );
  },
  worker: pythonWorker('span_marker'),
  open: openPythonModel('span_marker', hubVariables),
};
