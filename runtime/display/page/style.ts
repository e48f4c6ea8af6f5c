/** The page's style sheet: one column to read, code and outputs apart from text, fit to print. */
export const style = `
:root { color-scheme: light; --ink: #1f2328; --soft: #59636e; --line: #d8dee4; --code: #f6f8fa; --accent: #0072b2; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 16px/1.6 -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif; }
main { max-width: 960px; margin: 0 auto; padding: 40px 24px 80px 64px; }
h1, h2, h3, h4 { line-height: 1.25; margin: 1.6em 0 0.5em; font-weight: 650; }
h1 { font-size: 2em; margin-top: 0.2em; letter-spacing: -0.01em; }
h2 { font-size: 1.4em; padding-bottom: 0.25em; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.15em; }
p, ul, ol, blockquote { margin: 0.6em 0; }
a { color: var(--accent); }
blockquote { border-left: 3px solid var(--line); padding-left: 1em; color: var(--soft); }
img { max-width: 100%; }
pre, code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace; font-size: 13px; }
.markdown code { background: var(--code); border-radius: 4px; padding: 0.15em 0.35em; }
.markdown pre { background: var(--code); border-radius: 6px; padding: 12px 14px; overflow-x: auto; }
.markdown pre code { background: none; padding: 0; }
.markdown table { border-collapse: collapse; font-size: 14px; }
.markdown th, .markdown td { border: 1px solid var(--line); padding: 4px 10px; }
.code { margin: 18px 0; position: relative; }
.count { position: absolute; left: -56px; width: 46px; top: 11px; text-align: right; color: var(--soft); font: 12px/1.5 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.source { margin: 0; background: var(--code); border: 1px solid var(--line); border-left: 3px solid var(--accent); border-radius: 6px; padding: 10px 14px; line-height: 1.5; overflow-x: auto; tab-size: 4; }
.output { margin: 10px 0 0 2px; overflow-x: auto; }
.stream { margin: 0; padding: 4px 12px; line-height: 1.45; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 480px; overflow-y: auto; }
.stderr { background: #fff8e6; border-radius: 4px; }
.error { background: #fff1ef; border-left: 3px solid #d55e00; border-radius: 4px; max-height: none; }
.rich { padding: 2px 12px; font-size: 14px; }
.rich td, .rich th { font-variant-numeric: tabular-nums; }
.figure { padding: 2px 0; break-inside: avoid; }
pre.still { margin: 0; padding: 4px 12px; overflow-x: auto; }
.hljs-keyword, .hljs-literal { color: #a0208f; }
.hljs-string, .hljs-symbol { color: #0a5c36; }
.hljs-number, .hljs-char { color: #9a4a00; }
.hljs-comment { color: #6a737d; font-style: italic; }
.hljs-title, .hljs-built_in { color: #0550ae; }
.hljs-subst { color: #1f2328; }
.hljs-meta { color: #0072b2; font-weight: 600; }
@media (max-width: 760px) { main { padding-left: 20px; padding-right: 20px; } .count { display: none; } }
@media print {
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 11pt; }
  main { max-width: none; padding: 0; }
  .count { display: none; }
  .source, .stream, .output { overflow: visible; max-height: none; white-space: pre-wrap; }
  .output, .rich { white-space: normal; }
  .stream { white-space: pre-wrap; }
  .rich td, .rich th { white-space: normal !important; }
  .source { break-after: avoid; }
  h1, h2, h3 { break-after: avoid; }
  tr, img, .figure { break-inside: avoid; }
  @page { margin: 18mm 15mm; }
}
`;
