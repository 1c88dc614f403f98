import { EXIT, type ExitCode, HarnessError } from '../core/errors.ts'

/** A person ended the command before anything was sent. */
export class Stopped extends HarnessError {
  readonly exitCode: ExitCode

  constructor(signal: string | undefined) {
    super('Stopped before anything was sent.', 'No run folder was made; run it again when you are ready.')
    this.exitCode = exitCodeOf(signal)
  }
}

/** What a shell sees of a process that this signal ended. */
export const exitCodeOf = (signal: string | undefined): ExitCode => (signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted)
