import type { Plan } from '../core/plan.ts'
import type { Complain } from './plan.ts'
import { nearest } from './problem.ts'

/** What planning needs to know of an objective. */
export type ParsedObjective =
  | { readonly ok: true; readonly metric: string; readonly phase?: string; readonly inputSet?: string }
  | { readonly ok: false; readonly problem: string; readonly right?: string }

/** The grammar of objectives. */
export type ParseObjective = (text: string) => ParsedObjective

/** Holds where a scenario has no objective on failures of its own. */
export const DEFAULT_OBJECTIVE = 'failures < 1%'

/** Objectives as written, and the default one on failures where there is none. Complains of texts that are no objective and of names that do not exist. */
export function planObjectives(
  written: readonly string[],
  {
    parseObjective,
    phases,
    inputSets,
    complain,
  }: {
    readonly parseObjective: ParseObjective
    readonly phases?: readonly string[]
    readonly inputSets?: readonly string[]
    readonly complain: Complain
  },
): Plan['objectives'] {
  let onFailures = false
  for (const [index, text] of written.entries()) {
    const path = ['objectives', index]
    const parsed = parseObjective(text)
    if (!parsed.ok) {
      complain(
        path,
        parsed.problem.replace(/\.$/, ''),
        parsed.right ?? 'Write an objective such as response_time p95 < 2s, failures < 1% or throughput > 9/s in steady.',
      )
      continue
    }
    onFailures ||= parsed.metric === 'failures'
    checkName('phase', parsed.phase, phases, path, complain)
    checkName('input set', parsed.inputSet, inputSets, path, complain)
  }
  return [...written.map((text) => ({ text })), ...(onFailures ? [] : [{ text: DEFAULT_OBJECTIVE, isDefault: true }])]
}

function checkName(
  what: string,
  name: string | undefined,
  known: readonly string[] | undefined,
  path: readonly (string | number)[],
  complain: Complain,
): void {
  if (name === undefined || known === undefined || known.includes(name)) return
  const near = nearest(name, known)
  complain(path, `There is no ${what} called ${name}`, near ? `Did you mean ${near}?` : `Write one of: ${known.join(', ')}.`)
}
