import type { ComparisonSettings } from '../core/comparison.ts'
import type { Plan } from '../core/plan.ts'
import { figureName, parseFigureName } from '../judge/figure-name.ts'
import { checkObjective } from '../judge/objectives/objective-grammar.ts'
import { metric } from '../measure/metrics.ts'
import type { Complain } from './problem.ts'
import type { Scenario } from './schema.ts'

/** How arms are judged where a scenario says nothing. */
const DEFAULTS = { primary: 'response_time p95', margin: '10%', noise: '3%', pairs: 8 } as const

/** What is told beside the primary metric, as far as both arms have it; the first six. */
const INFORMING = [
  'response_time p50',
  'response_time p95',
  'first_output p50',
  'first_output p95',
  'first_event p95',
  'throughput',
  'elapsed_time p50',
] as const
const MOST_INFORMING = 6
/** Weeks of runs; far more is a slip of the hand, and no memory has room for its orders. */
const MOST_PAIRS = 1000

/** The settings of a comparison, with defaults filled in; complains of a primary metric that an arm cannot have. `arms` are those that could be planned. */
export function planJudge(
  written: Scenario['judge'],
  { arms, seed, complain }: { readonly arms: readonly Plan[]; readonly seed: number; readonly complain: Complain },
): ComparisonSettings {
  const { primary = DEFAULTS.primary, margin = DEFAULTS.margin, noise = DEFAULTS.noise, pairs = DEFAULTS.pairs } = written ?? {}
  const [fails, ignored] = [share(margin), share(noise)]
  if (ignored >= fails)
    complain(
      ['judge', written?.noise === undefined ? 'margin' : 'noise'],
      `Noise of ${noise} is no less than the margin of ${margin}`,
      'Make noise smaller, or margin larger.',
    )
  if (pairs % 2 !== 0)
    complain(
      ['judge', 'pairs'],
      `${pairs} pairs do not fill blocks of two`,
      'Write an even number, so that each arm comes first equally often.',
    )
  if (pairs > MOST_PAIRS)
    complain(['judge', 'pairs'], `${pairs} pairs are more than ${MOST_PAIRS}`, 'Write fewer; longer runs see smaller changes too.')
  const wrong = problemOf(primary, arms)
  if (wrong) complain(['judge', 'primary'], wrong.problem, wrong.hint, 'With its variables put in, this cannot be compared')
  return {
    primary,
    informing: informingOf(arms)
      .filter((name) => name !== primary && arms.every((plan) => isOfUse(name, plan)) && !saysTheSame(name, arms))
      .slice(0, MOST_INFORMING),
    margin: fails,
    noise: ignored,
    pairs,
    ...(written?.inconclusive !== undefined && { inconclusive: written.inconclusive }),
    seed,
  }
}

/** Between the modes, at each load what a user waits for: the first output and the end. */
function informingOf(arms: readonly Plan[]): readonly string[] {
  const measured = arms.map(({ phases }) => phases.filter((phase) => phase.measured))
  const modes = measured.map((phases) => [...new Set(phases.map(({ mode }) => mode))].sort().join())
  const [first, ...others] = measured
  const common = (first ?? [])
    .map(({ name }) => name)
    .filter((name) => others.every((phases) => phases.some((phase) => phase.name === name)))
  if (new Set(modes).size < 2 || common.length < 2) return INFORMING
  return common.flatMap((name) => [`first_output p50 in ${name}`, `response_time p50 in ${name}`])
}

const share = (percent: string): number => Number(percent.slice(0, -1)) / 100

function problemOf(primary: string, arms: readonly Plan[]) {
  const figure = parseFigureName(primary)
  if ('problem' in figure) return figure
  return arms.map((plan) => checkObjective(figure, plan)).find((problem) => problem !== undefined)
}

/** Throughput of an open phase is what the schedule sends, as long as the target keeps up: it tells nothing. */
function isOfUse(name: string, { phases }: Plan): boolean {
  const { subject } = figureName(name)
  const measured = phases.filter((phase) => phase.measured)
  if (subject.kind === 'throughput') return measured.some(({ kind }) => kind === 'closed')
  const { modes } = metric(subject.metric)
  return measured.some(({ mode }) => modes.includes(mode))
}

/** Of a blocking reply the first output is the end. */
const saysTheSame = (name: string, arms: readonly Plan[]): boolean =>
  name.startsWith('first_output ') && arms.every(({ phases }) => phases.every(({ mode, measured }) => !measured || mode === 'blocking'))
