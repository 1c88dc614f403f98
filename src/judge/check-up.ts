import { EXIT, type ExitCode } from '../core/errors.ts'

/** What a check is about, in the order of the report. */
export const CHECK_SUBJECTS = ['machine', 'scenario', 'target'] as const
export type CheckSubject = (typeof CHECK_SUBJECTS)[number]

/** One thing that was looked at: how it stands, in words, and what helps where it is not well. */
export interface Check {
  readonly about: CheckSubject
  /** One or two words, such as `open files`. */
  readonly name: string
  /** `doubtful`: a run would work, and its numbers may suffer; `bad`: a run would not work. */
  readonly state: 'good' | 'doubtful' | 'bad'
  readonly says: string
  /** A whole sentence; absent where there is nothing to mend. */
  readonly fix?: string
}

/** Makes checks about one subject; a fix is kept only where there is something to mend. */
export const checksAbout =
  (about: CheckSubject) =>
  (name: string, state: Check['state'], says: string, fix?: string): Check => ({
    about,
    name,
    state,
    says,
    ...(state !== 'good' && fix !== undefined && { fix }),
  })

/** What the doctor found. */
export interface CheckUp {
  readonly schema: 1
  readonly exitCode: ExitCode
  readonly checks: readonly Check[]
}

const CODES: Readonly<Record<CheckSubject, ExitCode>> = { scenario: EXIT.usage, target: EXIT.unreachable, machine: EXIT.invalid }

/** The checks with their exit code: 2 where the scenario is bad, else 3 for the target, else 4 for the machine, since a run there would be invalid; 0 where nothing is. */
export function checkUp(checks: readonly Check[]): CheckUp {
  const codes = checks.filter(({ state }) => state === 'bad').map(({ about }) => CODES[about])
  return { schema: 1, exitCode: [EXIT.usage, EXIT.unreachable, EXIT.invalid].find((code) => codes.includes(code)) ?? EXIT.done, checks }
}
