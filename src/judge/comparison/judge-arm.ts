import type {
  ArmJudgement,
  ComparisonSettings,
  FailureJudgement,
  MetricJudgement,
  Round,
  Verdict,
  WorkDifference,
} from '../../core/comparison.ts'
import { detectableDifference } from '../../stats/paired.ts'
import { betterOf, type FigureName, figureName } from '../figure-name.ts'
import { judgeFailures } from './failure-growth.ts'
import { asChange, logChange, logRatios, relative, type Versus } from './pairs.ts'
import { jointVerdicts, pairedEvidence, pairsToDecide, toWorse, verdictOf } from './verdict.ts'
import { verdictInWords } from './verdict-words.ts'
import { compareNodes, compareWork, workRatio } from './work-compared.ts'

export interface Level {
  /** Of the intervals: 1 − confidence. */
  readonly alpha: number
}

/** What these rounds say of one arm against the first. */
export function judgeArm(rounds: readonly Round[], versus: Versus, { alpha, ...settings }: ComparisonSettings & Level): ArmJudgement {
  const failures = judgeFailures(rounds, versus)
  const work = compareWork(rounds, versus)
  const node = compareNodes(rounds, versus)
  const names = [settings.primary, ...settings.informing.filter((name) => name !== settings.primary)]
  const judged = names.map((name) => ({ name, ...figuresOf(rounds, versus, name) }))
  const [first, ...others] = judged
  const joint = jointVerdicts(
    others.map(({ worsening }) => pairedEvidence(worsening)),
    settings,
    alpha,
  )
  const verdicts = [verdictOf(toWorse(logChange(first!.differences, alpha), first!.better), settings), ...joint]
  const metrics = Object.fromEntries(
    judged.map((figures, index) => [
      figures.name,
      judgement({ ...figures, verdict: verdicts[index]!, rounds, versus, work, settings: { ...settings, alpha } }),
    ]),
  )
  const verdict = overall(verdicts[0]!, failures)
  return {
    ...versus,
    verdict,
    sentences: verdictInWords({
      verdict,
      alone: verdicts[0]!,
      name: settings.primary,
      better: first!.better,
      metric: metrics[settings.primary]!,
      failures,
      work,
      ...(node && { node }),
    }),
    primary: settings.primary,
    metrics,
    failures,
    work,
    ...(node && { node }),
  }
}

/** Failures that grew decide; failures that may have grown leave nothing good to say. */
export function overall(verdict: Verdict, { verdict: failures }: FailureJudgement): Verdict {
  if (failures === 'grown') return 'regressed'
  const good = verdict === 'improved' || verdict === 'no regression'
  return good && failures === 'may-have-grown' ? 'inconclusive' : verdict
}

interface Figures {
  readonly figure: FigureName
  readonly better: 'lower' | 'higher'
  readonly differences: readonly number[]
  /** The same, toward the worse. */
  readonly worsening: readonly number[]
}

function figuresOf(rounds: readonly Round[], versus: Versus, name: string): Figures {
  const figure = figureName(name)
  const better = betterOf(figure)
  const differences = logRatios(rounds, versus, name)
  return { figure, better, differences, worsening: better === 'lower' ? differences : differences.map((value) => -value) }
}

interface Judging extends Figures {
  readonly name: string
  readonly verdict: Verdict
  readonly rounds: readonly Round[]
  readonly versus: Versus
  readonly work: readonly WorkDifference[]
  readonly settings: ComparisonSettings & Level
}

function judgement({ name, figure, better, differences, verdict, rounds, versus, work, settings }: Judging): MetricJudgement {
  const { alpha } = settings
  const change = logChange(differences, alpha)
  const { centre, deviation } = change
  const n = differences.length
  const mde = deviation === undefined ? undefined : relative(detectableDifference(deviation, n, alpha))
  const needed =
    verdict !== 'inconclusive' || deviation === undefined
      ? undefined
      : pairsToDecide(better === 'lower' ? centre : -centre, deviation, settings)
  const endless = { baseline: countEndless(rounds, versus.baseline, name), candidate: countEndless(rounds, versus.candidate, name) }
  const perWork = perUnitOfWork({ name, figure, rounds, versus, work, alpha })
  return {
    ...asChange(change),
    confidence: 1 - alpha,
    verdict,
    pairs: n,
    ...(mde !== undefined && { mde }),
    ...(needed !== undefined && needed > n && { morePairs: needed - n }),
    ...(endless.baseline + endless.candidate > 0 && { endless }),
    ...(perWork && { perWork }),
  }
}

const countEndless = (rounds: readonly Round[], arm: string, name: string): number =>
  rounds.filter((round) => round[arm]?.figures[name] === 'endless').length

type PerWork = Pick<Judging, 'name' | 'figure' | 'rounds' | 'versus' | 'work'> & Level

/** A time until an answer, for each chunk (for each token where there are no chunks) that the arm gave; only where that work differs. */
function perUnitOfWork({ name, figure: { subject }, rounds, versus, work, alpha }: PerWork): MetricJudgement['perWork'] {
  if (subject.kind === 'throughput' || !WHOLE_REPLY.has(subject.metric)) return undefined
  const of = (['chunks', 'tokens'] as const).find((kind) => work.some((each) => each.of === kind && each.differs))
  if (of === undefined) return undefined
  const differences = rounds.flatMap((round) => {
    const [time] = logRatios([round], versus, name)
    const ratio = workRatio(round, versus, of)
    return time === undefined || ratio === undefined ? [] : [time - ratio]
  })
  return differences.length === 0 ? undefined : { ...asChange(logChange(differences, alpha)), per: of === 'chunks' ? 'chunk' : 'token' }
}

/** Times that grow with how much a reply holds; a first event or text does not. */
export const WHOLE_REPLY: ReadonlySet<string> = new Set(['response_time', 'service_time', 'elapsed_time'])
