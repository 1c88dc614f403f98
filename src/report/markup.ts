/** Text that is markup already. Only `html` and `raw` make it. */
export interface Markup {
  readonly markup: string
}

/** What a template takes: text and numbers are escaped, markup and lists of it are not, `undefined` and `false` give nothing. */
export type Content = string | number | undefined | false | Markup | readonly Content[]

/** Markup from a template: everything put in is escaped for text and for quoted attributes alike, unless it is markup already. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  let markup = strings[0]!
  contents.forEach((content, at) => {
    markup += write(content) + strings[at + 1]!
  })
  return { markup }
}

/** Text taken as markup, unescaped. For our own constants and for SVG that is already made; never for text from elsewhere. */
export const raw = (markup: string): Markup => ({ markup })

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text for an element or for a quoted attribute. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!)

function write(content: Content): string {
  if (content === undefined || content === false) return ''
  if (typeof content === 'string') return escaped(content)
  if (typeof content === 'number') return String(content)
  return 'markup' in content ? content.markup : content.map(write).join('')
}
