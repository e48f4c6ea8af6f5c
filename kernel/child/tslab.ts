/** `import * as tslab from "tslab"`: the display functions of that kernel, so that notebooks written for it run unchanged. */
import { createRequire } from 'node:module';
import { Display as Place, showOnce } from './display.js';

/** One output per call; each function is named after what it shows. */
export interface Display {
  javascript(source: string): void;
  html(source: string): void;
  markdown(source: string): void;
  latex(source: string): void;
  svg(source: string): void;
  png(bytes: Uint8Array): void;
  jpeg(bytes: Uint8Array): void;
  gif(bytes: Uint8Array): void;
  pdf(bytes: Uint8Array): void;
  text(text: string): void;
  raw(contentType: string, data: string | Uint8Array): void;
}

function displayBy(put: (bundle: Record<string, unknown>) => void): Display {
  const as = (mime: string) => (data: string | Uint8Array) => put({ [mime]: data });
  return {
    javascript: as('text/javascript'),
    html: as('text/html'),
    markdown: as('text/markdown'),
    latex: as('text/latex'),
    svg: as('image/svg+xml'),
    png: as('image/png'),
    jpeg: as('image/jpeg'),
    gif: as('image/gif'),
    pdf: as('application/pdf'),
    text: as('text/plain'),
    raw: (contentType, data) => put({ [contentType]: data }),
  };
}

/** Shows a new output on each call. */
export const display: Display = displayBy(showOnce);

/** An output of its own, which every later call replaces. */
export function newDisplay(): Display {
  let place: Place | undefined;
  return displayBy((bundle) => (place ??= new Place()).put(bundle));
}

/** The tslab that these functions are those of, and what runs the cells. */
export const versions = {
  tslab: '1.0.22',
  get typescript(): string {
    return (createRequire(import.meta.url)('typescript/package.json') as { version: string }).version;
  },
  node: process.version,
};
