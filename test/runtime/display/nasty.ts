/** Strings that have broken other people's HTML. */
export const nasty: readonly string[] = [
  '<script>alert(1)</script>',
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '`onload=alert(1)`',
  '<!-- --><svg/onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '&lt;b&gt; &amp;amp; &#x3C;script&#x3E;',
  '<style>*{display:none}</style>',
  '</td></tr></table><h1>out</h1>',
  '<plaintext>',
  '<![CDATA[x]]>',
  ']]><x>',
  '<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)>',
  '\u0000\u0001\u0008\u001b[31mred\u001b[0m\u007f\u0085',
  'abc\u202Etxt.exe\u202C \u2066iso\u2069 \u200Ezero\u200Bwidth\uFEFF',
  'lone \uD800 and \uDFFF surrogates \uFFFE',
  'hidden \u{E0041}\u{E0042} tags',
  '{{7*7}} ${7*7} %{x} $x^2$ \\(x\\)',
  '日本語 한국어 👩‍👩‍👧‍👦 é 🇩🇪',
  '\r\nline\rreturn\n\ttab',
  '__proto__',
  'constructor',
  'x'.repeat(5000),
];

/** Arbitrary strings of the characters that matter, the same for a seed. */
export function* scrambled(howMany: number, seed = 1): Generator<string> {
  const alphabet = [
    ...'<>&"\'`=/\\ \n\t!-[](){}$%;:#abcXYZ019',
    '\u0000',
    '\u001b',
    '\u202e',
    '\u200b',
    '\ud800',
    '\udc00',
    '\ufeff',
    '😀',
    '日',
    '</',
    '<script',
    'on',
    'javascript:',
    '-->',
    'style=',
  ];
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let i = 0; i < howMany; i++)
    yield Array.from({ length: next(30) }, () => alphabet[next(alphabet.length)]).join('');
}
