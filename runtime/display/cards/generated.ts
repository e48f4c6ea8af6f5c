import { bundle, stack, type MimeBundle } from '../bundle.js';
import { html } from '../html.js';
import { title } from '../parts.js';
import { clip, visible } from '../visible.js';

export interface GeneratedInput {
  readonly run: string;
  readonly texts: readonly {
    readonly prompt: string;
    /** What was written so far. */
    readonly text: string;
    /** `stop`: the model ended its text; `length`: it was cut off; null: it goes on. */
    readonly finished: 'stop' | 'length' | null;
  }[];
}

const maxText = 20_000;

/** Prompts and what a language model writes to them, as it is written. */
export function generatedBundle({ run, texts }: GeneratedInput): MimeBundle {
  return bundle(
    stack(
      title('generated', run),
      ...texts.map(({ prompt, text, finished }) => {
        const end = finished === 'length' ? ' …' : '';
        const shown = clip(text, maxText).text;
        return {
          html: html`<div style="border-left:3px solid rgba(128,128,128,0.35);padding:2px 10px;margin:4px 0;white-space:pre-wrap;overflow-wrap:break-word"><span style="opacity:0.65">${clip(prompt, maxText).text}</span><span>${shown}${end}</span></div>`,
          text: visible(`${clip(prompt, maxText).text}${shown}${end}`),
        };
      }),
    ),
  );
}
