/**
 * What JupyterLab loads: a container of module federation, written by hand. It hands out this extension's modules, and they take
 * JupyterLab's own packages from what it shares.
 */
{
  const folder = document.currentScript.src;
  const modules = { './extension': 'cells.js', './mimeExtension': 'figures.js' };
  let shared;

  /** A package of JupyterLab's: the first version there is, since it registers its own before any extension's. */
  const take = async (name) => {
    const [version] = Object.values(shared[name] ?? {});
    if (!version) throw new Error(`This JupyterLab does not share ${name}.`);
    return (await version.get())();
  };

  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB.tasklab = {
    init(scope) {
      shared = scope;
    },
    async get(name) {
      const { default: plugin } = await import(new URL(modules[name], folder).href);
      const exports = { __esModule: true, default: await plugin(take) };
      return () => exports;
    },
  };
}
