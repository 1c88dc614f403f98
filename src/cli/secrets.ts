import type { Redact } from '../core/redact.ts'

let current: Redact = (text) => text

/** From now on no message of an error shows what `redact` takes out. */
export function hideFromErrors(redact: Redact): void {
  current = redact
}

/** An error's text as it may be shown. */
export const shown: Redact = (text) => current(text)
