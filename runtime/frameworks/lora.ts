import { signature } from './signatures.js';

/** What a low-rank adapter may be told, of PEFT's own configuration; the rest of it is for single kinds of models, or says what a training says already. */
const told = [
  'r', 'lora_alpha', 'lora_dropout', 'target_modules', 'exclude_modules', 'bias', 'use_rslora', 'use_dora', 'modules_to_save', 'init_lora_weights', 'layers_to_transform',
  'layers_pattern', 'fan_in_fan_out', 'lora_bias',
];

/** The block `lora { … }`: an adapter is trained beside the model, whose weights stay as they are. */
export const lora = signature('peft', 'LoraConfig').filter(({ name }) => told.includes(name));
