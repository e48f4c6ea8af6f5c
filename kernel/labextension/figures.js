/** Draws `application/vnd.plotly.v1+json` by plotly.js, which is fetched with the first figure. */

const type = 'application/vnd.plotly.v1+json';

let plotly;
const loadPlotly = () =>
  (plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = new URL('plotly.min.js', import.meta.url).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      plotly = undefined; // Asked for again with the next figure.
      reject(new Error('plotly.min.js could not be loaded; is the Jupyter server still there?'));
    };
    document.head.append(script);
  }));

/** Of a figure's own `config` only these count, as yes or no: others bring links, uploads and editors into the page. */
const allowed = ['displayModeBar', 'doubleClick', 'scrollZoom', 'staticPlot'];

function configOf(given) {
  const chosen = allowed.filter((name) => typeof given?.[name] === 'boolean').map((name) => [name, given[name]]);
  return { displaylogo: false, showTips: false, ...Object.fromEntries(chosen) };
}

const isDark = () => document.body.dataset.jpThemeLight === 'false';
const isWhite = (color) => color === undefined || /^(#fff|#ffffff|white)$/i.test(color);

/** The layout as wide as its place, and on the page's own ground where a dark theme would have a white one. */
function layoutOf(given = {}) {
  const layout = { ...given, autosize: true };
  delete layout.width;
  // A picture from elsewhere would tell that server who reads the notebook.
  if (Array.isArray(layout.images)) layout.images = layout.images.filter(({ source }) => /^data:image\//.test(source));
  if (!isDark() || !isWhite(layout.paper_bgcolor) || !isWhite(layout.plot_bgcolor)) return layout;
  const style = getComputedStyle(document.body);
  const [ground, ink, line] = ['--jp-layout-color0', '--jp-ui-font-color1', '--jp-border-color2'].map((name) => style.getPropertyValue(name).trim());
  layout.paper_bgcolor = layout.plot_bgcolor = ground;
  layout.font = { ...layout.font, color: ink };
  const axes = Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key));
  for (const axis of new Set(['xaxis', 'yaxis', ...axes])) {
    layout[axis] = { ...layout[axis], gridcolor: line, linecolor: line, zerolinecolor: line };
  }
  return layout;
}

export default async (take) => {
  const { Widget } = await take('@lumino/widgets');

  class Figure extends Widget {
    #drawn = Promise.resolve();
    #figure;
    #size = new ResizeObserver(() => this.#resize());
    #theme = new MutationObserver(() => this.#draw());

    constructor() {
      super();
      this.node.style.overflowX = 'auto';
      this.plot = document.createElement('div');
      this.node.append(this.plot);
      this.#size.observe(this.node);
      this.#theme.observe(document.body, { attributeFilter: ['data-jp-theme-name', 'data-jp-theme-light'] });
    }

    /** Called again for each update of the output. */
    renderModel(model) {
      this.#figure = model.data[type];
      return this.#draw();
    }

    dispose() {
      if (this.isDisposed) return;
      this.#size.disconnect();
      this.#theme.disconnect();
      void this.#drawn.then(() => window.Plotly?.purge(this.plot));
      super.dispose();
    }

    /** One drawing after the other: updates may come quicker than figures are drawn. */
    #draw() {
      return (this.#drawn = this.#drawn.then(() => this.#drawNow()));
    }

    async #drawNow() {
      if (this.isDisposed || !this.#figure) return;
      try {
        const Plotly = await loadPlotly();
        // plotly.js writes into what it draws; the notebook's own data stay as they are.
        const { data, layout, frames, config } = structuredClone(this.#figure);
        if (!Array.isArray(data)) throw new Error('its "data" is no list of traces.');
        this.plot.style.maxWidth = layout?.width > 0 ? `${layout.width}px` : '';
        await Plotly.react(this.plot, { data, layout: layoutOf(layout), frames, config: configOf(config) });
      } catch (error) {
        this.plot.textContent = `The figure cannot be drawn: ${error.message}`;
      }
    }

    /** Cells that are scrolled away have no size, and plotly.js then refuses to draw. */
    #resize() {
      void this.#drawn.then(() => {
        if (!this.isDisposed && this.plot.clientWidth > 0 && this.plot.data) window.Plotly.Plots.resize(this.plot);
      });
    }
  }

  return {
    id: 'tasklab:figures',
    description: 'Draws Plotly figures.',
    // No script, link or upload comes out of a figure: notebooks that are not trusted show theirs as well.
    rendererFactory: { safe: true, mimeTypes: [type], createRenderer: () => new Figure() },
    rank: 0,
    dataType: 'json',
  };
};
