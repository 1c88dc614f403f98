import type { ArmJudgement, ArmReading, Figure, MetricJudgement, Sides, StoredSettings, WorkDifference } from '../../core/comparison.ts'
import { betterOf, figureName } from '../figure-name.ts'
import { contrast, contrastChange, contrastDetectable, contrastEvidence } from './contrast.ts'
import { judgeFailuresOfSides } from './failure-growth.ts'
import { overall, WHOLE_REPLY } from './judge-arm.ts'
import { asChange, relative } from './pairs.ts'
import { jointVerdicts, toWorse, verdictOf } from './verdict.ts'
import { verdictInWords } from './verdict-words.ts'
import { compareNodesOfSides, compareWorkOfSides } from './work-compared.ts'

/** There is one look at stored runs. */
const ALPHA = 0.05

type Readings = Sides<readonly ArmReading[]>

/** What stored runs say of the candidate against the baseline: the rules for pairs, on intervals of independent runs. */
export function judgeSides(sides: Readings, settings: StoredSettings): ArmJudgement {
  const failures = judgeFailuresOfSides(sides)
  const did = { baseline: sides.baseline.map(({ work }) => work), candidate: sides.candidate.map(({ work }) => work) }
  const [work, node] = [compareWorkOfSides(did), compareNodesOfSides(did)]
  const names = [settings.primary, ...settings.informing.filter((name) => name !== settings.primary)]
  const judged = names.map((name) => ({ name, better: betterOf(figureName(name)), logs: logsOf(sides, name) }))
  const [first, ...others] = judged
  const joint = jointVerdicts(
    others.map(({ logs, better }) => contrastEvidence(logs.baseline, logs.candidate, better)),
    settings,
    ALPHA,
  )
  const alone = verdictOf(toWorse(contrastChange(first!.logs.baseline, first!.logs.candidate, ALPHA), first!.better), settings)
  const metrics = Object.fromEntries(
    judged.map(({ name, logs }, index) => [name, { ...judgement(sides, name, { logs, work }), verdict: [alone, ...joint][index]! }]),
  )
  const verdict = overall(alone, failures)
  const { primary } = settings
  return {
    baseline: 'baseline',
    candidate: 'candidate',
    verdict,
    sentences: verdictInWords({
      verdict,
      alone,
      name: primary,
      better: first!.better,
      metric: metrics[primary]!,
      failures,
      work,
      ...(node && { node }),
    }),
    primary,
    metrics,
    failures,
    work,
    ...(node && { node }),
  }
}

/** Logarithms of a figure, run by run; endless ones are +∞. */
function logsOf({ baseline, candidate }: Readings, name: string): Sides<readonly number[]> {
  const logs = (readings: readonly ArmReading[]) => readings.flatMap(({ figures }) => logarithm(figures[name]))
  return { baseline: logs(baseline), candidate: logs(candidate) }
}

const logarithm = (figure: Figure | undefined): readonly number[] =>
  figure === undefined ? [] : [figure === 'endless' ? Number.POSITIVE_INFINITY : Math.log(figure)]

interface Judging {
  readonly logs: Sides<readonly number[]>
  readonly work: readonly WorkDifference[]
}

function judgement(sides: Readings, name: string, { logs, work }: Judging): Omit<MetricJudgement, 'verdict'> {
  const { baseline, candidate } = logs
  const found = contrast(baseline, candidate)
  const endless = { baseline: endlessIn(baseline), candidate: endlessIn(candidate) }
  const perWork = perUnitOfWork(sides, name, work)
  return {
    ...asChange(contrastChange(baseline, candidate, ALPHA)),
    confidence: 1 - ALPHA,
    runs: { baseline: baseline.length - endless.baseline, candidate: candidate.length - endless.candidate },
    ...(found && { mde: relative(contrastDetectable(found, ALPHA))! }),
    ...(endless.baseline + endless.candidate > 0 && { endless }),
    ...(perWork && { perWork }),
  }
}

const endlessIn = (logs: readonly number[]): number => logs.filter((log) => !Number.isFinite(log)).length

/** A time until an answer, for each chunk (for each token where there are no chunks) that a side gave; only where that work differs. */
function perUnitOfWork(sides: Readings, name: string, work: readonly WorkDifference[]): MetricJudgement['perWork'] {
  const { subject } = figureName(name)
  if (subject.kind === 'throughput' || !WHOLE_REPLY.has(subject.metric)) return undefined
  const of = (['chunks', 'tokens'] as const).find((kind) => work.some((each) => each.of === kind && each.differs))
  if (of === undefined) return undefined
  const logs = (readings: readonly ArmReading[]) =>
    readings.flatMap((reading) => {
      const done = reading.work[of]
      return done ? logarithm(reading.figures[name]).map((log) => log - Math.log(done)) : []
    })
  return { ...asChange(contrastChange(logs(sides.baseline), logs(sides.candidate), ALPHA)), per: of === 'chunks' ? 'chunk' : 'token' }
}
