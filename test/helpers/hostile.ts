/** Sets this on the page where any of it runs. */
export const CANARY = 'canaryRan'

const RUN = `window.${CANARY}=1`

const MARKUP = [
  `<script>${RUN}</script>`,
  `</script><script>${RUN}</script>`,
  `</style><script>${RUN}</script>`,
  `</title><script>${RUN}</script>`,
  `</textarea><script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `<img src=x onerror=${RUN}>`,
  `"><img src=x onerror=${RUN}>`,
  `'><img src=x onerror=${RUN}>`,
  `" onmouseover="${RUN}" x="`,
  `' autofocus onfocus='${RUN}' x='`,
  `<svg onload=${RUN}>`,
  `</svg><svg/onload=${RUN}>`,
  `</desc></title><script>${RUN}</script>`,
  `<iframe srcdoc="<script>parent.${CANARY}=1</script>">`,
  `<a href="javascript:${RUN}">x</a>`,
  `<body onload=${RUN}>`,
  `<details open ontoggle=${RUN}>`,
  `<meta http-equiv=refresh content="0;url=javascript:${RUN}">`,
  `<base href="https://example.org/">`,
  `<link rel=stylesheet href="https://example.org/x.css">`,
  `<object data="javascript:${RUN}">`,
  `<math><mtext><script>${RUN}</script></mtext></math>`,
  `<!--><script>${RUN}</script>-->`,
  `--><script>${RUN}</script>`,
  `<![CDATA[<script>${RUN}</script>]]>`,
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
  `&#60;script&#62;${RUN}`,
  `\${${RUN}}`,
  `{{${RUN}}}`,
  `<\u0000script>${RUN}</script>`,
  `\u2028<script>${RUN}</script>\u2029`,
  `<x style="background:url(https://example.org/x)">`,
  `<form action=https://example.org><button autofocus>`,
] as const

const FORMULAS = [
  '=1+1',
  '=cmd|"/c calc"!A0',
  '+1+1',
  '-1+1',
  '-3.5',
  '@SUM(A1)',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  ' =1+1',
  '\u00a0=1+1',
  '\u200b=1+1',
  '\ufeff=1+1',
  '\u3000=1+1',
  '＝1+1',
  '＠SUM(A1)',
  'fine\n=1+1',
  'fine"\n"=1+1',
  'a;=1+1',
  'a; "=1+1',
] as const

const TERMINAL = [
  '\u001b[2J\u001b[H',
  '\u001b]0;owned\u0007',
  '\u001b]52;c;b3duZWQ=\u0007',
  '\u001b]8;;https://example.org\u001b\\click\u001b]8;;\u001b\\',
  '\u009b31mred',
  '\u009d0;owned\u009c',
  '\u001bP+q544e\u001b\\',
  'over\rwritten',
  'back\b\b\b\bspace',
  '\u0007\u0000\u007f\u0085',
  '\u202egnp.exe\u202c and \u2066hidden\u2069',
  '\ud800 alone \udfff',
] as const

/** Texts that a server or a scenario might send to do harm to whoever reads the report: in a browser, a spreadsheet or a terminal. */
export const HOSTILE: readonly string[] = [...MARKUP, ...FORMULAS, ...TERMINAL]
