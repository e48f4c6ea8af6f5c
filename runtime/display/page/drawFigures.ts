/** The page's own script: draws each figure by its data with plotly.js; a figure that cannot be drawn keeps its picture. */
export const drawFigures = `
document.querySelectorAll('.figure').forEach(function (figure) {
  var still = figure.querySelector('.still');
  var spec = JSON.parse(figure.querySelector('script').textContent);
  var place = document.createElement('div');
  place.className = 'plot';
  var layout = spec.layout;
  if (layout.width) place.style.maxWidth = layout.width + 'px';
  delete layout.width;
  layout.autosize = true;
  figure.appendChild(place);
  function keepStill() { place.remove(); }
  try {
    Plotly.newPlot(place, spec.data, layout, { displayModeBar: false, displaylogo: false, responsive: true, showLink: false })
      .then(function () { if (still) still.remove(); }, keepStill);
  } catch (error) {
    keepStill();
  }
});
`;
