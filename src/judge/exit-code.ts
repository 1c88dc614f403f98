import type { Caveat } from '../core/caveat.ts'
import { EXIT, type ExitCode } from '../core/errors.ts'
import type { ObjectiveResult, RunSummary } from '../core/summary.ts'
import type { Breach } from '../measure/books.ts'

/** Everything about a run that its exit code depends on. */
export interface Findings {
  readonly status: RunSummary['status']
  readonly objectives: readonly ObjectiveResult[]
  readonly caveats: readonly Caveat[]
  readonly breaches: readonly Breach[]
  /** Name of the signal that stopped it, where the log has it. */
  readonly signal?: string
  readonly stoppedBecause?: 'key' | 'unreachable'
  /** Results could not be written. */
  readonly unwritten?: boolean
}

export interface Conclusion {
  readonly exitCode: ExitCode
  /** One sentence that names every code that applies, the one that counts first. */
  readonly exitReason: string
  /** False where a caveat invalidates the run. */
  readonly valid: boolean
}

/** Of several codes that apply, the one that counts: signal > 74 > 70 > 2 > 3 > 11 > 10 > 4 > 12 > 0. */
export const gravest = (codes: readonly ExitCode[]): ExitCode => GRAVEST_FIRST.find((code) => codes.includes(code)) ?? EXIT.done

const GRAVEST_FIRST: readonly ExitCode[] = [
  EXIT.terminated,
  EXIT.interrupted,
  EXIT.notWritten,
  EXIT.bug,
  EXIT.usage,
  EXIT.unreachable,
  EXIT.regression,
  EXIT.objectiveMissed,
  EXIT.invalid,
  EXIT.inconclusive,
]

interface Reason {
  readonly code: ExitCode
  readonly because: string
}

/**
 * The exit code by the order of the interface page: signal, 74, 70, 3, 10, 4, 12, and 0 where none applies. An invalid run ends in 10 only for
 * an objective that is missed counted from `sent` too, or on failures. In an incomplete run objectives are shown and not judged: 0, or 4.
 */
export function conclude(findings: Findings): Conclusion {
  const { caveats } = findings
  const invalid = caveats.filter(({ invalidates }) => invalidates)
  const valid = invalid.length === 0
  const reasons = [...endedBy(findings), ...judged(findings, valid), ...doubts(invalid), ...open(findings)]
  const [first, ...others] = findings.status === 'incomplete' ? reasons.filter(({ code }) => code === EXIT.invalid) : reasons
  if (!first) return { exitCode: EXIT.done, exitReason: allWell(findings), valid }
  const also = others.map(({ code, because }) => `; also ${code}, since ${because}`).join('')
  return { exitCode: first.code, exitReason: `Exit code ${first.code}, since ${first.because}${also}.`, valid }
}

function endedBy({ status, signal, unwritten, breaches, stoppedBecause }: Findings): Reason[] {
  const bugs = breaches.filter(({ kind }) => kind !== 'area')
  // Only a signal interrupts a run that says of no other cause; a disk that is full is one.
  const stopped = signal ?? (status === 'interrupted' && stoppedBecause === undefined && !unwritten ? 'a signal' : undefined)
  return [
    ...(stopped === undefined
      ? []
      : [{ code: stopped === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted, because: `the run was stopped by ${stopped}` }]),
    ...(unwritten ? [{ code: EXIT.notWritten, because: 'results could not be written' }] : []),
    ...(bugs.length > 0 ? [{ code: EXIT.bug, because: 'the books do not balance, which is a bug in flowbench' }] : []),
    ...(stoppedBecause === undefined
      ? []
      : [
          {
            code: EXIT.unreachable,
            because: stoppedBecause === 'key' ? 'the API key stopped working' : 'the target refused or could not be reached',
          },
        ]),
  ]
}

/** Missed objectives that count, before the run's own validity. */
function judged({ objectives }: Findings, valid: boolean): Reason[] {
  const missed = objectives.filter(({ verdict, missedFromSent }) => verdict === 'missed' && (valid || missedFromSent))
  if (missed.length === 0) return []
  const apart = valid ? '' : ', which a late generator does not explain'
  return [{ code: EXIT.objectiveMissed, because: `${quoted(missed)} ${missed.length === 1 ? 'was' : 'were'} missed${apart}` }]
}

function doubts(invalid: readonly Caveat[]): Reason[] {
  if (invalid.length === 0) return []
  const kinds = [...new Set(invalid.map(({ kind }) => kind))]
  return [{ code: EXIT.invalid, because: `the run is invalid (${kinds.join(', ')})` }]
}

function open({ objectives }: Findings): Reason[] {
  const undecided = objectives.filter(({ verdict }) => verdict === 'undecided')
  if (undecided.length === 0) return []
  return [{ code: EXIT.inconclusive, because: `${quoted(undecided)} ${undecided.length === 1 ? 'is' : 'are'} undecided` }]
}

const quoted = (objectives: readonly ObjectiveResult[]): string => objectives.map(({ text }) => `\`${text}\``).join(', ')

function allWell({ status, objectives }: Findings): string {
  if (status === 'incomplete') return 'Exit code 0, since the run is incomplete: its objectives are shown and not judged.'
  return objectives.length === 0 ? 'Exit code 0, since the run is done.' : 'Exit code 0, since the run is done and its objectives hold.'
}
