/**
 * What runs in the drawing thread. It is started from its own source text (`svg.ts`), so it uses nothing from outside
 * of itself but what it is sent: `workerData.from`, the place that libraries are looked up from.
 */
export function svgWorker(): void {
  const { createRequire } = process.getBuiltinModule('node:module');
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const load = createRequire((workerData as { from: string }).from);
  const { JSDOM, VirtualConsole } = load('jsdom') as typeof import('jsdom');
  const { createCanvas, DOMMatrix } = load('@napi-rs/canvas') as typeof import('@napi-rs/canvas');

  const dom = new JSDOM('<!doctype html><body></body>', {
    runScripts: 'outside-only',
    pretendToBeVisual: true,
    virtualConsole: new VirtualConsole(),
  });
  const window = dom.window;

  // jsdom has no canvas (heat maps are drawn on one) and no layout (labels are measured).
  type Canvas = import('@napi-rs/canvas').Canvas;
  const canvases = new WeakMap<HTMLCanvasElement, Canvas>();
  const canvasOf = (element: HTMLCanvasElement): Canvas => {
    let canvas = canvases.get(element);
    if (!canvas || canvas.width !== element.width || canvas.height !== element.height) {
      canvas = createCanvas(Math.max(1, element.width), Math.max(1, element.height));
      canvases.set(element, canvas);
    }
    return canvas;
  };
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement) {
      return canvasOf(this).getContext('2d');
    },
    toDataURL(this: HTMLCanvasElement) {
      return canvasOf(this).toDataURL('image/png');
    },
  });
  // Widths of a common sans-serif face in thousandths of its size: the same on every machine, whatever fonts it has.
  const widthOf = (text: string): number => {
    let width = 0;
    for (const character of text) {
      if (/[ijlI.,:;|!'()[\]/\\ ft-]/.test(character)) width += 0.31;
      else if (/[mwMW@%…]/.test(character)) width += 0.88;
      else if (/[A-Z]/.test(character)) width += 0.69;
      else if (
        /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe6f\uff00-\uffe6]|[^\u0000-\uffff]/u.test(
          character,
        )
      )
        width += 1.02;
      else width += 0.56;
    }
    return width;
  };
  interface Box {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  }
  const union = (a: Box, b: Box): Box => ({
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  });
  const through = (matrix: InstanceType<typeof DOMMatrix>, box: Box): Box =>
    [
      [box.left, box.top],
      [box.right, box.top],
      [box.left, box.bottom],
      [box.right, box.bottom],
    ]
      .map(([x = 0, y = 0]) => matrix.transformPoint({ x, y }))
      .map(({ x, y }): Box => ({ left: x, top: y, right: x, bottom: y }))
      .reduce(union);
  const matrixOf = (element: Element): InstanceType<typeof DOMMatrix> => {
    const matrix = new DOMMatrix();
    for (const [, name, list] of (element.getAttribute('transform') ?? '').matchAll(/(\w+)\(([^)]*)\)/g)) {
      const [a = 0, b, c = 0] = (list ?? '').split(/[\s,]+/).map(Number);
      if (name === 'translate') matrix.translateSelf(a, b ?? 0);
      else if (name === 'scale') matrix.scaleSelf(a, b ?? a);
      else if (name === 'rotate')
        matrix
          .translateSelf(b ?? 0, c)
          .rotateSelf(a)
          .translateSelf(-(b ?? 0), -c);
    }
    return matrix;
  };
  const numberOf = (element: Element, attribute: string): number =>
    Number.parseFloat(element.getAttribute(attribute) ?? '') || 0;
  /** An element's box in its own coordinates: of texts, rectangles and groups of them; a path has none. */
  const boxOf = (element: Element): Box | undefined => {
    const [x, y] = [numberOf(element, 'x'), numberOf(element, 'y')];
    if (element.localName === 'text' || element.localName === 'tspan') {
      if (!element.textContent) return undefined;
      const style = window.getComputedStyle(element);
      const size = Number.parseFloat(style.fontSize) || 12;
      const spans = [...element.querySelectorAll('tspan.line')];
      const lines = spans.length > 0 ? spans.map((span) => span.textContent ?? '') : [element.textContent];
      const width = Math.max(...lines.map(widthOf)) * size;
      const anchor = element.getAttribute('text-anchor') ?? style.getPropertyValue('text-anchor');
      const left = x - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
      return { left, top: y - size, right: left + width, bottom: y + size * (0.2 + 1.3 * (lines.length - 1)) };
    }
    if (element.localName === 'rect' || element.localName === 'image') {
      return { left: x, top: y, right: x + numberOf(element, 'width'), bottom: y + numberOf(element, 'height') };
    }
    if (element.localName !== 'g' && element.localName !== 'svg') return undefined;
    const boxes = [...element.children].flatMap((child) => {
      const box = boxOf(child);
      return box ? [through(matrixOf(child), box)] : [];
    });
    return boxes.length > 0 ? boxes.reduce(union) : undefined;
  };
  const rectangle = (box: Box | undefined) => {
    const { left, top, right, bottom } = box ?? { left: 0, top: 0, right: 0, bottom: 0 };
    return { x: left, y: top, left, top, right, bottom, width: right - left, height: bottom - top };
  };
  Object.assign(window.SVGElement.prototype, {
    getBBox(this: SVGElement) {
      return rectangle(boxOf(this));
    },
    getBoundingClientRect(this: SVGElement) {
      let box = boxOf(this);
      for (let at: Element | null = this; box && at instanceof window.SVGElement; at = at.parentElement)
        box = through(matrixOf(at), box);
      return rectangle(box);
    },
    getComputedTextLength(this: SVGElement) {
      return rectangle(boxOf(this)).width;
    },
  });
  window.URL.createObjectURL = () => '';
  window.eval(readFileSync(load.resolve('plotly.js-dist-min'), 'utf8'));

  // Ids in a drawing come from Math.random; started from the figure's hash, equal figures have equal ids and different
  // figures on one page different ones.
  let state = 0;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  (window as unknown as { Math: Math }).Math.random = random;

  interface Plotly {
    newPlot(element: HTMLElement, data: object[], layout: object, config: object): Promise<unknown>;
    purge(element: HTMLElement): void;
    readonly Snapshot: { toSVG(element: HTMLElement, format: 'svg'): string };
  }
  const plotlyJs = (window as unknown as { Plotly: Plotly }).Plotly;

  const draw = async (plotly: { data: object[]; layout: object }, seed: string): Promise<string> => {
    state = Number.parseInt(seed.slice(0, 8), 16) | 0;
    const place = window.document.createElement('div');
    window.document.body.append(place);
    try {
      await plotlyJs.newPlot(place, plotly.data, plotly.layout, { staticPlot: true });
      return plotlyJs.Snapshot.toSVG(place, 'svg');
    } finally {
      plotlyJs.purge(place);
      place.remove();
    }
  };

  // One after the other: the ids of a drawing must not depend on what else is drawn.
  let queue = Promise.resolve();
  parentPort?.on(
    'message',
    ({ job, plotly, seed }: { job: number; plotly: { data: object[]; layout: object }; seed: string }) => {
      queue = queue.then(async () => {
        try {
          parentPort.postMessage({ job, svg: await draw(plotly, seed) });
        } catch (error) {
          parentPort.postMessage({ job, failure: error instanceof Error ? error.message : String(error) });
        }
      });
    },
  );
}
