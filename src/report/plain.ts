import { stripVTControlCharacters } from 'node:util'

/** Names and server messages beyond this are cut: a report stays readable, and small. */
const LONGEST = 240

// Directional overrides and isolates can make a line read as something it does not say.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]+/g

/**
 * Text of a server or of a scenario as one line that is safe to print anywhere but in markup: without terminal sequences, control
 * characters, line breaks, directional overrides and lone surrogates; cut at `longest` characters with an ellipsis. Empty for empty.
 */
export function plain(text: string, longest: number = LONGEST): string {
  // Cut first as well: a message of megabytes must not cost time in every pass.
  const line = stripVTControlCharacters(text.slice(0, 8 * longest))
    .toWellFormed()
    .replace(UNSEEN, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
  const characters = [...line]
  return characters.length > longest || text.length > 8 * longest ? `${characters.slice(0, longest - 1).join('')}…` : line
}
