import type { ParseObjective } from './objectives.ts'

/** Just enough of the grammar to plan by. */
export const objectiveGrammar: ParseObjective = (text) => {
  const match = /^\s*([a-z_]+)\b.*?[<>]=?\s*\S+(?:\s+in\s+(\S+))?(?:\s+for\s+(\S+))?\s*$/.exec(text)
  if (!match) return { ok: false, problem: 'This is no objective' }
  return { ok: true, metric: match[1]!, ...(match[2] ? { phase: match[2] } : {}), ...(match[3] ? { inputSet: match[3] } : {}) }
}
