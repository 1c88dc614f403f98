import type { FieldPath } from './problem.ts'

/** Deeper than any scenario; far less deep than what would overflow the stack. */
const DEPTH_LIMIT = 60

/** A part of some data that no scenario may hold, and why, in two sentences. */
export interface UnusablePart {
  readonly path: FieldPath
  readonly wrong: string
  readonly right: string
}

/**
 * The first part of parsed data that cannot be used: nested too deep, a number that JSON does not know, `__proto__` as a key. Undefined
 * where all of it can. Comes before anything else walks the data.
 */
export function unusablePart(value: unknown, path: FieldPath = []): UnusablePart | undefined {
  if (path.length > DEPTH_LIMIT) return { path, wrong: 'This is nested too deep', right: `Keep it within ${DEPTH_LIMIT} levels.` }
  if (typeof value === 'number' && !Number.isFinite(value))
    return { path, wrong: 'This is no number that JSON knows', right: 'Write a finite number.' }
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    const innerPath = [...path, Array.isArray(value) ? Number(key) : key]
    if (key === '__proto__') return { path: innerPath, wrong: 'The key __proto__ cannot be used', right: 'Give it another name.' }
    const found = unusablePart(inner, innerPath)
    if (found) return found
  }
  return undefined
}
