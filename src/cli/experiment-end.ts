import { EXIT, type ExitCode, HarnessError } from '../core/errors.ts'
import { exitCodeOf } from '../run/stopped.ts'
import type { RunSignals } from './signals.ts'

/** What an experiment that was cut short ends in: a signal's code before any other. */
export function cutShortEnd(
  what: 'comparison' | 'search',
  { exitCode, because }: { readonly exitCode: ExitCode; readonly because: string },
  signals: RunSignals,
): { readonly exitCode: ExitCode; readonly exitReason: string } {
  const name = signals.name?.()
  const code = name === undefined ? exitCode : exitCodeOf(name)
  return { exitCode: code, exitReason: `Exit code ${code}, since the ${what} was cut short: ${because}.`.replace(/\.\.$/, '.') }
}

/** The names of the files that were written; undefined, once it was said why, where the disk does not take them. */
export async function writtenFiles(
  write: () => Promise<readonly string[]>,
  tell: (text: string) => void,
): Promise<readonly string[] | undefined> {
  try {
    return await write()
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    tell(`${error.message}\n${error.hint}`)
    return undefined
  }
}

/** The exit code where files could not be written: that says so, unless a signal says more. */
export const notWrittenCode = (code: number): number => (code < EXIT.interrupted ? EXIT.notWritten : code)
