import type { CapacitySearch } from '../../core/capacity.ts'
import type { CapacityStop } from '../../core/capacity-summary.ts'
import { EXIT, type ExitCode, unreachable } from '../../core/errors.ts'
import { type CapacityProgress, CEILING_SHARE } from './capacity-progress.ts'
import { loadInUnits } from './capacity-words.ts'

export interface SearchConclusion {
  readonly exitCode: ExitCode
  /** One sentence. */
  readonly exitReason: string
}

/**
 * The exit code of a search: 0 where the bracket is found, or the highest load asked for held; 10 where the lowest one is too much; 4 where this
 * machine cannot tell; 12 for an end that leaves the answer open.
 */
export function concludeSearch(stopped: CapacityStop, search: CapacitySearch, progress: CapacityProgress): SearchConclusion {
  const end = (exitCode: ExitCode, because: string): SearchConclusion => ({
    exitCode,
    exitReason: `Exit code ${exitCode}, since ${because}.`,
  })
  const { settings, ceiling = 0, next } = progress
  const load = (value: number | undefined) => loadInUnits(value ?? 0, search.axis)
  const because = next.kind === 'over' ? next.because : undefined
  const words = because?.replace(/\.$/, '')
  switch (stopped) {
    case 'found':
      return end(EXIT.done, 'the bracket is found, and a long trial agrees with each of its ends')
    case 'top-held':
      return end(EXIT.done, `the highest load that was asked for (${load(settings?.top)}) held: the capacity is higher`)
    case 'ceiling':
      return end(
        EXIT.inconclusive,
        settings
          ? `${load(settings.top)} held, and this machine cannot be trusted with more: it sends at most ${Math.round(ceiling)} runs per second, and the search stops at ${CEILING_SHARE * 100} % of that`
          : `this machine sends at most ${Math.round(ceiling)} runs per second, and the search would begin beyond ${CEILING_SHARE * 100} % of that`,
      )
    case 'lowest-missed':
      return end(EXIT.objectiveMissed, `the objectives are missed at the lowest load already (${load(search.from)})`)
    case 'unanswered':
      return end(EXIT.objectiveMissed, lowerFirst(words ?? 'no run succeeded'))
    case 'budget':
      // Whole sentences are those of a run that its own limit ended; they stand in its report.
      return end(
        EXIT.inconclusive,
        because === undefined || because.endsWith('.') ? 'the budget leaves no room for the next trial' : lowerFirst(because),
      )
    case 'throttled':
      return end(EXIT.inconclusive, 'the target refused runs by a limit, which is no capacity')
    case 'stuck':
      return end(EXIT.inconclusive, 'the target did not come back to rest after a trial')
    case 'generator':
      return end(
        EXIT.invalid,
        words
          ? `our own machine spoiled the runs before the first trial, three times (${words})`
          : 'our own machine spoiled four trials in a row',
      )
    case 'unfinished':
      return end(EXIT.done, 'the search is unfinished: what is known is shown')
    default:
      return unreachable(stopped)
  }
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
