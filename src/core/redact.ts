/** Takes every known secret out of a text, in each form in which it could leave the process. */
export type Redact = (text: string) => string

const MASK = '***'

/** A shorter text would be replaced in the middle of innocent words. */
export const SHORTEST_SECRET = 8

/** The forms in which a secret may turn up in a text: as it is, in JSON, in a URL, and in Base64, alone or as a Bearer header. */
function formsOf(secret: string): string[] {
  const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '')
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64(secret), base64(`Bearer ${secret}`)]
}

/** The one redactor that stands before every sink. Secrets under 8 characters are left alone: refuse them where they come in. */
export function createRedactor(secrets: readonly string[]): Redact {
  const forms = [...new Set(secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(formsOf))].sort(
    (a, b) => b.length - a.length,
  )
  return (text) => forms.reduce((clean, form) => (clean.includes(form) ? clean.replaceAll(form, MASK) : clean), text)
}
