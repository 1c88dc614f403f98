import { createHash } from 'node:crypto'
import { html, type Markup, raw } from './markup.ts'
import { STYLE } from './style.ts'

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** Nothing may be loaded, sent or run; the one style is named by its hash. The page has no script. */
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'`

/** What opens at once everywhere, and what mail and issue trackers take. */
export const MOST_BYTES = 1_000_000

/** A whole page around its content. */
export function pageOf({ title, colophon }: { readonly title: string; readonly colophon: string }, content: Markup): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · flowbench</title>
<link rel="icon" href="data:,">
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
${content}
<footer><p>${colophon}</p></footer>
</main>
</body>
</html>
`
  return page.markup.replace(/[ \t]+$/gm, '')
}
