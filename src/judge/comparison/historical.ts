import type { Sides, StoredSettings } from '../../core/comparison.ts'
import type { ComparedRun, ComparisonSummary } from '../../core/comparison-summary.ts'

import { mannKendall, theilSen } from '../../stats/trend.ts'
import { readArm } from '../arm-reading.ts'
import { machineInWords } from '../machine.ts'
import type { ChosenRun, ChosenRuns } from './choose-runs.ts'
import { caveatsOf, costOf, factsOf } from './compared-runs.ts'
import { concludeComparison } from './comparison-exit.ts'
import { FEWEST_BASELINE } from './contrast.ts'
import { judgeSides } from './judge-sides.ts'
import { signedPercent } from './verdict-words.ts'

const ARMS = ['baseline', 'candidate'] as const

export interface HistoricalQuestion {
  /** Of this comparison, for its folder. */
  readonly experiment: string
  readonly settings: StoredSettings
}

/** All that is concluded of stored runs, whenever they were made. */
export function concludeHistorical(
  { runs, plan, differences }: ChosenRuns,
  { experiment, settings }: HistoricalQuestion,
): ComparisonSummary {
  const names = [settings.primary, ...settings.informing]
  const compared = ARMS.flatMap((arm) => runs[arm].map((run) => comparedRun(run, arm, names)))
  const counted = { baseline: runs.baseline.filter(isCounted), candidate: runs.candidate.filter(isCounted) }
  const readings = (side: readonly ChosenRun[]) => side.map(({ summary }) => readArm(summary!, names))
  const judged = judgeSides({ baseline: readings(counted.baseline), candidate: readings(counted.candidate) }, settings)
  const all = ARMS.flatMap((arm) => counted[arm].map(({ run, summary }) => ({ run, arm, caveats: summary!.caveats })))
  return {
    schema: 1,
    kind: 'historical',
    experiment,
    name: plan.name,
    ...(plan.description !== undefined && { description: plan.description }),
    start: compared.map(({ began }) => began).toSorted()[0]!,
    status: 'whole',
    ...concludeComparison({ kind: 'decided' }, judged.verdict, settings),
    arms: ARMS,
    pairs: 0,
    looks: 1,
    primary: settings.primary,
    verdict: judged.verdict,
    sentences: judged.sentences,
    metrics: judged.metrics,
    failures: judged.failures,
    work: Object.fromEntries(judged.work.map(({ of, ...difference }) => [of, difference])),
    ...(judged.node && { node: judged.node }),
    repeated: 0,
    restarted: 0,
    settings,
    differences,
    caveats: caveatsOf(all, ARMS),
    notes: notesOf(runs, counted, compared, settings.primary),
    cost: costOf(compared),
    runs: compared,
  }
}

const isCounted = ({ use }: ChosenRun): boolean => use === 'counted'

function comparedRun({ run, start, summary, use, reasons }: ChosenRun, arm: string, names: readonly string[]): ComparedRun {
  return { run, arm, attempt: 0, began: start, use, reasons, ...factsOf(summary, summary && readArm(summary, names)) }
}

/** From so many on Student's quantile has come down to a few standard errors. */
const FEW_CANDIDATES = 4

type Chosen = Sides<readonly ChosenRun[]>

/** What it cannot see, and whom it left out. */
function notesOf(runs: Chosen, counted: Chosen, compared: readonly ComparedRun[], primary: string): readonly string[] {
  return [
    `These runs were not made in turn: the baseline is from ${daysOf(counted.baseline)}, the candidate from ${daysOf(counted.candidate)}. Whatever else changed meanwhile (the server’s load, its model provider, the network) is in the difference and cannot be told from the change; intervals are half as wide again for it. \`flowbench compare <scenario>\` takes turns and can tell.`,
    ...machines(counted),
    ...drift(compared, primary),
    ...(counted.candidate.length === 1
      ? ['The candidate is a single run: how far its own repetitions would lie apart is supposed to be as in the baseline.']
      : counted.candidate.length < FEW_CANDIDATES
        ? [
            `With ${counted.candidate.length} runs of the candidate their own scatter is hardly known, and the interval is wide for it: make ${FEW_CANDIDATES} or more.`,
          ]
        : []),
    ...ARMS.flatMap((arm) => leftOut(arm, runs[arm])),
  ]
}

function daysOf(runs: readonly ChosenRun[]): string {
  const days = runs.map(({ start }) => start.slice(0, 10))
  const [first, last] = [days[0]!, days.at(-1)!]
  return first === last ? first : `${first} to ${last}`
}

function machines({ baseline, candidate }: Chosen): readonly string[] {
  const words = (runs: readonly ChosenRun[]) => [...new Set(runs.map(({ environment }) => machineInWords(environment)))].sort()
  const [before, after] = [words(baseline), words(candidate)]
  return before.join() === after.join() && before.length === 1
    ? []
    : [
        `They were not all measured from one machine: the baseline from ${before.join(' and ')}, the candidate from ${after.join(' and ')}. A slower generator looks like a slower target.`,
      ]
}

/** Trends seldomer than this by chance are told. */
const TREND_P = 0.05

/** Whether the baseline moved by itself, from its first run to its last. */
function drift(compared: readonly ComparedRun[], primary: string): readonly string[] {
  const points = compared
    .filter(({ arm, use }) => arm === 'baseline' && use === 'counted')
    .flatMap(({ figures: { [primary]: figure } }, at) => (typeof figure === 'number' ? [[at, Math.log(figure)] as const] : []))
  if (points.length < FEWEST_BASELINE) return []
  const [trend, slope] = [mannKendall(points), theilSen(points)]
  if (!trend || slope === undefined || trend.p >= TREND_P) return []
  const moved = Math.expm1(slope * (points.at(-1)![0] - points[0]![0]))
  return [
    `The baseline itself drifted: ${primary} changed by ${signedPercent(moved)} from its first run to its last (Mann–Kendall p ${trend.p < 0.001 ? '< 0.001' : trend.p.toFixed(3)}).`,
  ]
}

const WHY = { spoiled: 'invalid', 'cut-short': 'did not come to the end', 'other-plan': 'of another plan' } as const

function leftOut(arm: string, runs: readonly ChosenRun[]): readonly string[] {
  return (Object.keys(WHY) as (keyof typeof WHY)[]).flatMap((use) => {
    const out = runs.filter((run) => run.use === use)
    if (out.length === 0) return []
    const reasons = [...new Set(out.flatMap((run) => run.reasons))].slice(0, 6)
    return [
      `Left out of the ${arm}: ${out.length} ${out.length === 1 ? 'run' : 'runs'}, ${WHY[use]}${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}.`,
    ]
  })
}
