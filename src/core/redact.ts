/** Takes every known secret out of a text, in each form in which it could leave the process. */
export type Redact = (text: string) => string

const MASK = '***'

/** A shorter text would be replaced in the middle of innocent words. */
export const SHORTEST_SECRET = 8

/** The forms in which a secret may turn up in a text: as it is, in JSON, in a URL, in HTML, and in Base64, alone or as a Bearer header. */
function formsOf(secret: string): string[] {
  const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '')
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), html, base64(secret), base64(`Bearer ${secret}`)]
}

/** What a text that was cut to length ends in. */
const CUT = '…'
/** Fewer characters of a secret than this say nothing of it: every key of Dify begins with `app-`, and pages say so. */
const SHORTEST_PART = 5

/** A cut may go through a secret: the text with what was left of its beginning taken out. */
function withoutParts(text: string, forms: readonly string[]): string {
  let clean = text
  for (const form of forms) {
    // Most texts that were cut show nothing of any secret: one look then saves one for each length.
    if (!clean.includes(form.slice(0, SHORTEST_PART))) continue
    for (let length = form.length - 1; length >= SHORTEST_PART; length--) clean = clean.replaceAll(form.slice(0, length) + CUT, MASK + CUT)
  }
  return clean
}

/** The one redactor that stands before every sink. Secrets under 8 characters are left alone: refuse them where they come in. */
export function createRedactor(secrets: readonly string[]): Redact {
  const forms = [...new Set(secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(formsOf))].sort(
    (a, b) => b.length - a.length,
  )
  return (text) => {
    const clean = forms.reduce((rest, form) => (rest.includes(form) ? rest.replaceAll(form, MASK) : rest), text)
    return clean.includes(CUT) ? withoutParts(clean, forms) : clean
  }
}
