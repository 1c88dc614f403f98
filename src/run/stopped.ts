import { EXIT, type ExitCode, HarnessError } from '../core/errors.ts'

const BEFORE_SENDING = {
  message: 'Stopped before anything was sent.',
  hint: 'No run folder was made; run it again when you are ready.',
} as const satisfies Told

interface Told {
  readonly message: string
  readonly hint: string
}

/** A person ended the command before anything was sent. */
export class Stopped extends HarnessError {
  readonly exitCode: ExitCode

  /** `told`: what there is to say where something was sent all the same, to a simulator of our own. */
  constructor(signal: string | undefined, told: Told = BEFORE_SENDING) {
    super(told.message, told.hint)
    this.exitCode = exitCodeOf(signal)
  }
}

/** What a shell sees of a process that this signal ended. */
export const exitCodeOf = (signal: string | undefined): ExitCode => (signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted)
