/** Foreign HTML, made harmless: a list of elements, attributes and styles that may stay; all else goes. */
import sanitizeHtml from 'sanitize-html';
import { type Html, trusted } from '../html.js';
import { clip, visible } from '../visible.js';

const ELEMENTS = (
  'a abbr b bdi blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark meter ol p pre ' +
  'progress q s samp section small span strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var wbr'
).split(' ');

// Nothing that leaves its place on the page (position, z-index, negative margins) and nothing that loads.
const STYLES = (
  'background-color border border-bottom border-collapse border-color border-left border-radius border-right border-spacing border-style border-top border-width color display ' +
  'font-family font-size font-style font-weight height letter-spacing line-height list-style-type margin-left max-height max-width min-height min-width opacity overflow overflow-wrap ' +
  'overflow-x overflow-y padding padding-bottom padding-left padding-right padding-top text-align text-decoration text-transform vertical-align white-space width word-break margin ' +
  'margin-bottom margin-right margin-top'
).split(' ');
const HARMLESS =
  /^(?!.*(?:url|image|image-set|element|expression|attr|var|env)\s*\()(?!\s*-)(?!.*[\s(,]-\d)[\w\s#%.,()'"+/-]*$/i;

const OPTIONS: sanitizeHtml.IOptions = {
  allowedTags: ELEMENTS,
  allowedAttributes: {
    '*': ['style', 'title', 'dir', 'lang'],
    a: ['href', 'rel', 'target'],
    img: ['src', 'alt', 'width', 'height'],
    td: ['colspan', 'rowspan', 'align'],
    th: ['colspan', 'rowspan', 'align', 'scope'],
    col: ['span', 'width'],
    ol: ['start', 'type', 'reversed'],
    li: ['value'],
    details: ['open'],
    progress: ['max', 'value'],
    meter: ['min', 'max', 'low', 'high', 'optimum', 'value'],
    code: ['class'],
    span: ['class'],
  },
  // Highlighted code alone has classes.
  allowedClasses: { code: ['hljs'], span: [/^hljs-/] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['data'] },
  allowProtocolRelative: false,
  allowedStyles: { '*': Object.fromEntries(STYLES.map((property) => [property, [HARMLESS]])) },
  nestingLimit: 100,
  transformTags: {
    a: (tagName, attribs) => ({ tagName, attribs: { ...attribs, rel: 'noopener noreferrer', target: '_blank' } }),
    // A picture that is not in the page would be a request: its name stays.
    img: (tagName, attribs) =>
      /^data:image\/(?:png|jpeg|gif|webp);base64,[\w+/=\s]*$/.test(attribs['src'] ?? '')
        ? { tagName, attribs }
        : {
            tagName: 'span',
            attribs: {},
            text: `[picture not included: ${clip(attribs['alt'] || attribs['src'] || 'no name', 100).text}]`,
          },
  },
};

/** Keeps what only formats: no script, no style sheet, no form, no id, no event, no address that loads by itself. */
export function sanitise(markup: string): Html {
  return trusted(visible(sanitizeHtml(markup, OPTIONS)));
}
