import { UserError } from '../error.js';
import { compiled } from '../launch/compiled.js';
import { proxyVariables } from '../launch/environment.js';
import { openaiOptions, removedFromOpenAI } from '../openai/options.js';
import type { Framework } from './framework.js';

const takes = { options: openaiOptions, blocks: {}, renamed: {}, removed: removedFromOpenAI };

/** Fine-tuning jobs at a service with OpenAI's API: rows go there, and models stay there. */
export const openai: Framework = {
  name: 'openai',
  doc: 'Fine-tuning jobs at a service with OpenAI\'s API: classification and chat. OPENAI_BASE_URL says where it is, OPENAI_API_KEY who asks; the rows are sent there, and it charges for jobs and answers. OpenAI itself is closing fine-tuning to new users.',
  kinds: { text_classification: takes, chat_completion: takes },
  needsModel: true,
  knowsNames: true,
  variables: ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_ORG_ID', 'OPENAI_PROJECT_ID', 'NODE_EXTRA_CA_CERTS', ...proxyVariables],
  check({ model }) {
    if (model?.from === 'folder') {
      throw new UserError('model/no-service-model', `"${model.path}" is a folder, and a service fine-tunes its own models alone.`, 'Write model = "gpt-4.1-mini", or the name of another model that the service fine-tunes.');
    }
  },
  async worker() {
    const { requireKey } = await import('../openai/service.js');
    requireKey();
    return { runtime: 'node', module: compiled(new URL('../openai/worker.js', import.meta.url)) };
  },
  open: async (run) => (await import('../openai/model.js')).openModel(run),
};
