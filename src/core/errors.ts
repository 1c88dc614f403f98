/** The exit codes of the interface page; anything but 0 is a finding or a fault. */
export const EXIT = {
  done: 0,
  usage: 2,
  unreachable: 3,
  invalid: 4,
  objectiveMissed: 10,
  regression: 11,
  inconclusive: 12,
  bug: 70,
  notWritten: 74,
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** An error a person can act on. `main.ts` prints message and hint, and exits with `exitCode`; anything else is a bug and prints a stack. */
export abstract class HarnessError extends Error {
  abstract readonly exitCode: ExitCode
  /** What to do next, as a full sentence. */
  readonly hint: string

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.hint = hint
  }
}

/** The command line or a file it names cannot be used as it stands: nothing was sent. */
export class UsageError extends HarnessError {
  readonly exitCode = EXIT.usage
}

/** The target cannot be reached, refuses us, or the guard refuses the target: no load was sent. */
export class TargetError extends HarnessError {
  readonly exitCode = EXIT.unreachable
}

/** Results could not be written; what was written before is readable. */
export class WriteError extends HarnessError {
  readonly exitCode = EXIT.notWritten
}

/** Makes a switch over a union fail to compile when a case is missing. */
export function unreachable(value: never): never {
  throw new TypeError(`unhandled case: ${JSON.stringify(value)}`)
}
