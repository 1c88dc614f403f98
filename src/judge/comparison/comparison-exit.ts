import type { ComparisonSettings, Verdict } from '../../core/comparison.ts'
import { EXIT, type ExitCode, unreachable } from '../../core/errors.ts'
import type { Progress } from './experiment.ts'

export interface ComparisonEnd {
  readonly exitCode: ExitCode
  /** One sentence. */
  readonly exitReason: string
}

/** The exit code of a comparison: 11 for a regression, 12 where nothing was decided (or what `inconclusive` turns it into), 4 where our own machine spoiled it. */
export function concludeComparison(
  next: Progress['next'],
  verdict: Verdict | undefined,
  { inconclusive }: Pick<ComparisonSettings, 'inconclusive'>,
): ComparisonEnd {
  const end = (exitCode: ExitCode, because: string): ComparisonEnd => ({ exitCode, exitReason: `Exit code ${exitCode}, since ${because}.` })
  if (next.kind === 'run') return end(EXIT.done, 'the comparison is unfinished: what is known is shown and not judged')
  if (next.kind === 'invalid')
    return end(EXIT.invalid, `our own machine spoiled more pairs than may be repeated (${next.reasons.join(', ')})`)
  switch (verdict) {
    case 'regressed':
      return end(EXIT.regression, 'the later arm is worse')
    case 'improved':
      return end(EXIT.done, 'the later arm is better')
    case 'no regression':
      return end(EXIT.done, 'no regression was shown')
    case 'inconclusive':
    case undefined:
      if (inconclusive === 'pass') return end(EXIT.done, 'nothing was decided, and `inconclusive: pass` lets that pass')
      if (inconclusive === 'fail') return end(EXIT.regression, 'nothing was decided, and `inconclusive: fail` counts that as a regression')
      return end(EXIT.inconclusive, 'nothing was decided')
    default:
      return unreachable(verdict)
  }
}
