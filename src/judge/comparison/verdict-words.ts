import type { Change, FailureJudgement, MetricJudgement, NodeDifference, Sides, Verdict, WorkDifference } from '../../core/comparison.ts'
import { unreachable } from '../../core/errors.ts'
import { counted, digits, percent } from '../../measure/figures.ts'
import { FEWEST_BASELINE } from './contrast.ts'

interface Told {
  readonly verdict: Verdict
  /** What the primary metric alone would say. */
  readonly alone: Verdict
  readonly name: string
  readonly better: 'lower' | 'higher'
  readonly metric: MetricJudgement
  readonly failures: FailureJudgement
  readonly work: readonly WorkDifference[]
  readonly node?: NodeDifference
}

/** A share below this is what rounding leaves of nothing. */
const ROUNDING = 1e-9

/** `+6.1 %`, `−12 %`, `±0 %`. */
export function signedPercent(change: number): string {
  return Math.abs(change) < ROUNDING ? '±0 %' : `${change < 0 ? '−' : '+'}${percent(Math.abs(change))}`
}

/** `1.2 percentage points`. */
const points = (share: number): string => `${digits(share * 100)} percentage points`

/** A verdict in whole sentences, the one that counts first. */
export function verdictInWords({ verdict, alone, name, better, metric, failures, work, node }: Told): readonly string[] {
  return [
    ...(failures.verdict === 'grown' ? [failuresGrew(failures, alone)] : []),
    ...(failures.verdict !== 'grown' && verdict !== alone ? [withheld(failures, { name, alone })] : []),
    ofMetric(name, metric, { alone, better }),
    ...whatItTakes(metric),
    ...unequalWork(name, metric, work),
    ...otherNodes(node),
  ]
}

const failuresGrew = ({ difference, low, baseline, candidate }: FailureJudgement, alone: Verdict): string =>
  `Regressed: failures rose by ${points(difference)} (from ${percent(baseline)} to ${percent(candidate)}; by at least ${points(low ?? 0)})${
    alone === 'regressed' ? '' : ', and what fails has no latency to make up for it'
  }.`

function withheld(
  { high, difference, baseline, candidate, exchanges, exchangesToClear }: FailureJudgement,
  { name, alone }: Pick<Told, 'name' | 'alone'>,
): string {
  const told = `Inconclusive: ${name} alone would say ${alone}, but failures may have grown by up to ${points(high ?? difference)}.`
  if (exchangesToClear === undefined) return told
  const seen = counted(Math.min(exchanges.baseline, exchanges.candidate), 'exchange')
  const tooFew =
    baseline + candidate === 0
      ? `Not one failed, but ${seen} of an arm are too few to rule out a whole point`
      : `At these shares ${seen} of an arm are too few to rule out a whole point`
  return `${told} ${tooFew}: about ${exchangesToClear} of each would, by more pairs or longer runs.`
}

function ofMetric(name: string, metric: MetricJudgement, { alone, better }: Pick<Told, 'alone' | 'better'>): string {
  const { estimate, pairs, endless } = metric
  const isBounded = metric.low !== undefined || metric.high !== undefined
  const basis = isBounded ? `${changeInWords(metric)}, ${basisInWords(metric)}` : basisInWords(metric)
  const unanswered = endless
    ? ` It lies among what nobody answered in ${counted(endless.candidate, 'run')} of the candidate and ${endless.baseline} of the baseline.`
    : ''
  if (pairs === 0) return `Inconclusive: no pair has a number for ${name} in both arms.${unanswered}`
  const moved =
    estimate === undefined
      ? endless
        ? `${endless.candidate > 0 ? 'is' : 'was'} endless`
        : 'is not known of both'
      : `${estimate < 0 ? 'fell' : 'rose'} by ${percent(Math.abs(estimate))}`
  if (metric.runs && !isBounded)
    return `Inconclusive: ${name} ${moved}, but there is no interval: ${whyNoInterval(metric.runs, endless)}.${unanswered}`
  switch (alone) {
    case 'regressed':
      return `Regressed: ${name} ${moved} (${basis}).${unanswered}`
    case 'improved':
      return `Improved: ${name} ${estimate === undefined ? 'is no longer endless' : moved} (${basis}).${unanswered}`
    case 'no regression':
      return `No regression shown: ${name} ${moved}; worse than ${signedPercent((better === 'lower' ? metric.high : metric.low) ?? 0)} is ruled out (${basis}).${unanswered}`
    case 'inconclusive':
      return isBounded
        ? `Inconclusive: what was seen of ${name} fits a change of ${basis}.${unanswered}`
        : `Inconclusive: ${name} ${moved}, but there is no interval (${counted(pairs ?? 0, 'pair')}).${unanswered}`
    default:
      return unreachable(alone)
  }
}

/** `−3.2 % to +12 %`. */
const changeInWords = ({ low, high }: Change): string =>
  `${low === undefined ? 'anything' : signedPercent(low)} to ${high === undefined ? 'anything' : signedPercent(high)}`

const whyNoInterval = ({ baseline, candidate }: Sides<number>, endless: Sides<number> = { baseline: 0, candidate: 0 }): string => {
  if (baseline + endless.baseline < FEWEST_BASELINE)
    return `the baseline has ${counted(baseline, 'run')}, and ${FEWEST_BASELINE} are the fewest that show how runs scatter`
  if (candidate === 0) return 'no run of the candidate has a number'
  return endless.baseline + endless.candidate > 0 ? 'some runs are endless' : 'its runs do not scatter'
}

const basisInWords = ({ confidence, pairs = 0, runs }: MetricJudgement): string =>
  runs
    ? `historical ${confidenceInWords(confidence)} interval of ${counted(runs.candidate, 'run')} against ${runs.baseline}`
    : `${confidenceInWords(confidence)} interval of ${counted(pairs, 'pair')}`

/** `97.06 %`. */
const confidenceInWords = (confidence: number): string => `${Number((100 * confidence).toFixed(2))} %`

function whatItTakes({ mde, morePairs, pairs, runs }: MetricJudgement): readonly string[] {
  const basis = runs ? `${counted(runs.candidate, 'run')} against ${runs.baseline}` : counted(pairs ?? 0, 'pair')
  return [
    ...(mde === undefined || mde < ROUNDING
      ? []
      : [`At this scatter ${basis} ${runs?.candidate === 1 ? 'finds' : 'find'} a change of ${percent(mde)} in four cases out of five.`]),
    ...(morePairs === undefined ? [] : [`If estimate and scatter stay, about ${counted(morePairs, 'more pair')} would decide.`]),
  ]
}

function unequalWork(name: string, { perWork }: MetricJudgement, work: readonly WorkDifference[]): readonly string[] {
  const differing = work.filter(({ differs }) => differs)
  if (differing.length === 0) return []
  const list = differing
    .map(({ of, candidate, change }) =>
      change === undefined ? `${digits(candidate)} ${of} where the baseline’s has none` : `${signedPercent(change)} ${of}`,
    )
    .join(', ')
  const told = `The arms did not do the same work: a reply of the candidate has ${list}. Times of unequal work do not show which is faster.`
  if (!perWork) return [told]
  const { estimate, per } = perWork
  return [
    told,
    `For each ${per}, ${name} changed by ${estimate === undefined ? 'an unknown share' : signedPercent(estimate)} (${changeInWords(perWork)}).`,
  ]
}

const otherNodes = (node: NodeDifference | undefined): readonly string[] =>
  node?.differs
    ? [
        `The arms did not take the same paths: ${node.title} was executed in ${percent(node.baseline)} of the baseline’s runs and ${percent(node.candidate)} of the candidate’s. Times of unequal work do not show which is faster.`,
      ]
    : []
