import type { Plan } from '../core/plan.ts'
import { checkObjective, type ObjectiveProblem, parseObjective } from '../judge/objectives/objective-grammar.ts'
import type { Complain } from './problem.ts'

/** Holds where a scenario has no objective on failures of its own. */
const DEFAULT_OBJECTIVE = 'failures < 1%'

/**
 * Objectives as written, and the default one on failures where there is none. Complains of texts that are no objective, and of those
 * that the phases and input sets can never decide; `among` is absent where those are not known.
 */
export function planObjectives(
  written: readonly string[],
  { among, complain }: { readonly among?: Pick<Plan, 'phases' | 'inputs'>; readonly complain: Complain },
): Plan['objectives'] {
  let onFailures = false
  for (const [index, text] of written.entries()) {
    const fail = ({ problem, hint }: ObjectiveProblem) =>
      complain(['objectives', index], problem, hint, 'With its variables put in, this objective cannot be judged')
    const parsed = parseObjective(text)
    if ('problem' in parsed) {
      fail(parsed)
      continue
    }
    onFailures ||= parsed.objective.subject.kind === 'failures'
    const undecidable = among && checkObjective(parsed.objective, among)
    if (undecidable) fail(undecidable)
  }
  return [...written.map((text) => ({ text })), ...(onFailures ? [] : [{ text: DEFAULT_OBJECTIVE, isDefault: true }])]
}
