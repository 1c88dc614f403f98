import type { Plan } from '../../core/plan.ts'
import { type Check, checksAbout } from '../../judge/check-up.ts'
import { namesManyUsers, usersInWords } from '../../measure/users.ts'

const scenario = checksAbout('scenario')

/** Where a plan comes from. */
export interface ScenarioOrigin {
  readonly source: string
  /** Names of the arms that the file has. */
  readonly arms: readonly string[]
  /** The one that was asked for. */
  readonly arm?: string | undefined
}

/** What can be said of a scenario that was read without an error. */
export function scenarioChecks(plan: Plan, { source, arms, arm }: ScenarioOrigin): readonly Check[] {
  const { phases, inputs, target, user } = plan
  const mode = [...new Set(phases.map((phase) => phase.mode))].join(' and ')
  return [
    scenario('file', 'good', `${source} is valid: ${counted(phases.length, 'phase')}, ${counted(inputs.length, 'input set')}, ${mode}`),
    ...(arms.length > 0 && arm === undefined
      ? [scenario('arms', 'good', `what stands above the arms is looked at; --arm looks at one of ${arms.join(', ')}`)]
      : []),
    namesManyUsers(user)
      ? scenario(
          'user',
          'doubtful',
          usersInWords(user),
          'Each new user makes a row on the server: use one for the whole run unless that is what you measure.',
        )
      : scenario('user', 'good', usersInWords(user)),
    ...(target.insecure
      ? [
          scenario(
            'insecure',
            'doubtful',
            'certificates are not checked, and the key could be read on the way',
            'Name the authority with target.ca instead.',
          ),
        ]
      : []),
  ]
}

/** A scenario that cannot be used: each problem is a check of its own. */
export const brokenScenario = (message: string, hint: string): readonly Check[] => [scenario('file', 'bad', message, hint)]

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
