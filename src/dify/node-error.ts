import type { NodeError } from '../core/sample.ts'

/** In this order: "connection timed out" is a timeout, "429 … server error" a rate limit. */
const SIGNS: readonly (readonly [NodeError, RegExp])[] = [
  ['timeout', /time[d-]?[ -]?out|deadline|maximum execution time/i],
  ['rate limit', /\b429\b|rate.?limit|too many requests|quota|overloaded/i],
  ['authentication', /\b40[13]\b|unauthori[sz]ed|forbidden|api.?key|credential/i],
  ['connection', /connect|refused|reset by peer|broken pipe|unreachable|name resolution|getaddrinfo|\[errno/i],
  ['server error', /\b5\d\d\b|internal server error|bad gateway|unavailable/i],
  ['bad input', /\b4\d\d\b|invalid|missing|required|not found|undefined|syntax|json|type ?error|value ?error|validation/i],
]

/** The kind of error that a node's message tells of. `other` where no word is known. */
export function nodeError(message: string): NodeError {
  // What a server says may be a page; the kind stands at its beginning.
  const beginning = message.slice(0, 400)
  return SIGNS.find(([, sign]) => sign.test(beginning))?.[0] ?? 'other'
}
