import type { Plan } from '../core/plan.ts'
import { type Micros, micros } from '../core/units.ts'
import type { MeasuredNoise } from '../judge/calibration/calibrated.ts'
import { detectableChange, expectedChange } from '../judge/comparison/expected-change.ts'
import { MOST_REPEATS } from '../judge/comparison/experiment.ts'
import { FEWEST_TO_CLEAR } from '../judge/comparison/failure-growth.ts'
import { figureName } from '../judge/figure-name.ts'
import { percent } from '../measure/figures.ts'
import { describePlan, longestDuration, readable, section } from './describe.ts'
import { expectedRuns } from './expected-runs.ts'
import type { PlannedArms } from './plan-written.ts'

/**
 * What a comparison will do and take, as lines of plain text: the first arm whole, of the others what differs, then the experiment. What it can
 * see rests on the noise of its primary metric where that was measured.
 */
export function describeComparison({ arms, settings }: PlannedArms, measured?: MeasuredNoise): readonly string[] {
  const [first, ...others] = arms.map(({ plan }) => plan)
  const lines = describePlan(first!)
  const { primary, margin, noise, pairs, inconclusive } = settings
  const plans = [first!, ...others]
  const [fewest, second] = [2 * pairs, 4 * pairs]
  const most = second + 2 * MOST_REPEATS
  const least = `${fewest} runs (${pairs} pairs) where the first look decides`
  return [
    ...lines,
    ...others.flatMap((plan) => ['', ...describePlan(plan).filter((line) => line.startsWith('arm ') || !lines.includes(line))]),
    '',
    ...section('compare', [
      `${primary} decides: a change for the worse beyond ${percent(margin)} fails, one up to ${percent(noise)} is noise`,
      ...(inconclusive === undefined ? [] : [`nothing decided counts as ${inconclusive}`]),
    ]),
    ...section('takes', [
      `${least}, ${second} after a second look, at most ${most} with pairs run again`,
      `${timeOf(plans, pairs)} of load, ${timeOf(plans, 2 * pairs)} after a second look${worstTime(plans, most)}`,
      tokensOf(plans, most),
    ]),
    ...section('can see', seeable(plans, settings, measured)),
    ...section('beware', [...warnings(plans, primary), ...failuresUnseen(plans, pairs)]),
  ]
}

/** Load alone; a phase that ends by its number of runs counts nothing, so that this is a lower bound. */
const loadOf = ({ phases }: Plan): number => phases.reduce((sum, { length = 0 }) => sum + length, 0)

function timeOf(plans: readonly Plan[], pairs: number): string {
  const isKnown = plans.every(({ phases }) => phases.every(({ length }) => length !== undefined))
  return `${isKnown ? 'about ' : 'at least '}${readable(micros(pairs * plans.reduce((sum, plan) => sum + loadOf(plan), 0)))}`
}

function worstTime(plans: readonly Plan[], runs: number): string {
  const each = plans.map(longestDuration)
  if (each.some((time) => time === undefined)) return ''
  const longest = Math.max(...(each as readonly Micros[]))
  return `; at most ${readable(micros(runs * longest))} with every drain at its limit`
}

function tokensOf(plans: readonly Plan[], runs: number): string {
  const budgets = plans.map(({ limits }) => limits.tokens)
  if (budgets.some((budget) => budget === undefined)) return 'no budget of tokens: limits.tokens would bound each run'
  return `at most ${runs * Math.max(...(budgets as readonly number[]))} tokens by the budget of each run`
}

function seeable(
  plans: readonly Plan[],
  { primary, pairs, margin }: PlannedArms['settings'],
  noise: MeasuredNoise | undefined,
): readonly string[] {
  const figure = figureName(primary)
  const exchanges = Math.min(...plans.map((plan) => exchangesOf(plan, figure.phase)))
  if (!noise && !(exchanges > 0)) return ['the smallest change is not known before a run: a closed phase sends what the target allows']
  const [first, second] = [pairs, 2 * pairs].map((many) =>
    noise ? detectableChange(noise.deviation, many) : expectedChange(figure, { exchanges, pairs: many }),
  )
  return [
    `a change of about ${percent(first!)} at the first look and ${percent(second!)} at the second, in four cases out of five,`,
    noise
      ? `as this scenario scattered in ${noise.origin}`
      : 'if the target scatters as an ordinary workflow does (4 % from run to run); the report says what it really was',
    ...(second! > margin
      ? [`that is more than the margin of ${percent(margin)}: runs with more exchanges, or more pairs, would see more`]
      : []),
  ]
}

/** Where so few exchanges can not rule out that failures grew by a point, although not one fails: nothing good is then said. */
function failuresUnseen(plans: readonly Plan[], pairs: number): readonly string[] {
  const each = Math.min(...plans.map((plan) => exchangesOf(plan, undefined)))
  const [first, second] = [each * pairs, each * 2 * pairs]
  if (each === 0 || first >= FEWEST_TO_CLEAR) return []
  const few = (exchanges: number, look: string) =>
    `${exchanges} exchanges of each arm at the ${look} look cannot rule out that failures grew by a point, even where none fails:`
  return second >= FEWEST_TO_CLEAR
    ? [few(first, 'first'), `"no regression" and "improved" wait for the second, with ${second} (it takes ${FEWEST_TO_CLEAR})`]
    : [few(second, 'second'), `"no regression" and "improved" are never said; ${FEWEST_TO_CLEAR} would do, by longer runs or more pairs`]
}

/** Measured exchanges of a run that the figure rests on; 0 where that is not known. */
function exchangesOf({ phases }: Plan, named: string | undefined): number {
  const measured = phases.filter(({ name, measured }) => measured && (named === undefined || name === named))
  const expected = measured.map(expectedRuns)
  return expected.reduce((sum, runs) => (runs.kind === 'unknown' ? Number.NaN : sum + runs.count), 0) || 0
}

const warnings = (plans: readonly Plan[], primary: string): readonly string[] => [
  ...(plans.some(({ phases }) => phases[0]?.measured !== false)
    ? ['runs begin without a warm-up: let load begin with a phase that has measured: false']
    : []),
  ...(isBySchedule(plans, primary)
    ? [
        'throughput of an open phase is what the schedule sends, in both arms alike until one of them overloads: compare a time, or a closed phase',
      ]
    : []),
]

/** Whether what is compared is throughput, and the schedule alone decides it. */
function isBySchedule(plans: readonly Plan[], primary: string): boolean {
  const { subject, phase: named } = figureName(primary)
  if (subject.kind !== 'throughput') return false
  return plans.every(({ phases }) =>
    phases.every(({ name, measured, kind }) => !measured || (named !== undefined && name !== named) || kind === 'open'),
  )
}
