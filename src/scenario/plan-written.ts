import { randomInt } from 'node:crypto'
import type { ComparisonSettings } from '../core/comparison.ts'
import { UsageError } from '../core/errors.ts'
import type { Plan } from '../core/plan.ts'
import { takeApart } from './arms.ts'
import type { ScenarioDocument } from './document.ts'
import { planJudge } from './judge.ts'
import type { Override } from './overrides.ts'
import { type Reading, readScenario } from './parse.ts'
import { complainer, type PlanContext, type PlannedScenario, planScenario } from './plan.ts'
import { nearest, type Problem, ScenarioError } from './problem.ts'
import type { Environment } from './variables.ts'
import { writtenWith } from './written.ts'

/** A document with all that it is read with. */
export interface ToPlan extends Omit<PlanContext, 'drawnSeed' | 'arm'> {
  readonly document: ScenarioDocument
  readonly environment: Environment
  /** Options of the command, and what is wrong with those that cannot be read. */
  readonly options: readonly (Override | Problem)[]
}

/** One plan out of a scenario that may have arms. */
export interface PlannedRun extends PlannedScenario {
  /** Names of the scenario's arms, in its order. */
  readonly arms: readonly string[]
  /** How two arms of this very plan would be judged. */
  readonly judge: ComparisonSettings
}

export interface PlannedArm extends PlannedScenario {
  readonly name: string
}

/** The arms of a scenario, in its order, each planned whole. All have one name and one seed. */
export interface PlannedArms {
  readonly arms: readonly PlannedArm[]
  readonly settings: ComparisonSettings
}

/**
 * The plan of one run: that of the arm, where one is named, else that of the scenario without its arms. The arms are checked all the same.
 * Throws a `ScenarioError` with everything that is wrong, a `UsageError` where there is no such arm.
 */
export function planRun(toPlan: ToPlan, arm?: string): PlannedRun {
  const { base, arms, judgeAlone } = planned(toPlan, arm === undefined ? 'all' : 'arms')
  const names = arms.map(({ name }) => name)
  const run = arm === undefined ? base : arms.find(({ name }) => name === arm)
  if (!run) throw noSuchArm(arm ?? '', names)
  return { ...run, arms: names, judge: judgeAlone(run.plan) }
}

/** The arms of a scenario, for runs within a comparison. Throws a `ScenarioError` with everything that is wrong, a `UsageError` where it has none. */
export function planArms(toPlan: ToPlan): PlannedArms {
  const { arms, settings } = planned(toPlan, 'arms')
  if (arms.length === 0)
    throw new UsageError(
      'This scenario has no arms, and compare judges one against another.',
      'Add arms: with two of them, such as { baseline: { … }, candidate: { … } }; scenarios/regression.yaml shows how.',
    )
  const compared = [settings.primary, ...settings.informing]
  return { arms: arms.map((arm) => ({ ...arm, plan: { ...arm.plan, compared } })), settings }
}

/** The arms of a scenario that has some, else its one plan. Throws a `ScenarioError` with everything that is wrong. */
export function planEither(toPlan: ToPlan): PlannedRun | PlannedArms {
  const { base, arms, settings, judgeAlone } = planned(toPlan, 'either')
  return base ? { ...base, arms: [], judge: judgeAlone(base.plan) } : { arms, settings }
}

interface Planned {
  /** Absent where it was not asked for. */
  readonly base?: PlannedScenario
  readonly arms: readonly PlannedArm[]
  readonly settings: ComparisonSettings
  readonly judgeAlone: (plan: Plan) => ComparisonSettings
}

function planned({ document, environment, options, ...context }: ToPlan, which: 'all' | 'arms' | 'either'): Planned {
  const misread = options.filter((one): one is Problem => 'wrong' in one)
  const overrides = options.filter((one): one is Override => 'option' in one)
  const written = writtenWith(document, { overrides, environment })
  const { base, arms, problems } = takeApart(written)
  const drawnSeed = randomInt(2 ** 31)
  const readBase = readScenario(base, { environment })
  const faults = [...misread, ...problems]
  const attempt = (reading: Reading, arm?: string): PlannedScenario | undefined => {
    try {
      return planScenario(reading, { ...context, drawnSeed, ...(arm !== undefined && { arm }) })
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error
      faults.push(...error.problems)
      return undefined
    }
  }
  const tried = arms.flatMap(({ name, written }): readonly PlannedArm[] => {
    const result = attempt(readScenario(written, { environment }), name)
    return result ? [{ name, ...result }] : []
  })
  const settings = planJudge(readBase.scenario.judge, {
    arms: tried.map(({ plan }) => plan),
    seed: tried[0]?.plan.seed ?? drawnSeed,
    complain: complainer(readBase, faults),
  })
  const armsAreWell = faults.length === 0 && tried.length > 0
  const isBaseMeant = which === 'all' || (which === 'either' && arms.length === 0)
  if (!isBaseMeant) faults.push(...readBase.problems)
  const run = isBaseMeant ? attempt(readBase) : undefined
  if (faults.length > 0)
    throw new ScenarioError(distinct(faults), armsAreWell ? `Or run one of its arms, with --arm ${tried[0]?.name}.` : undefined)
  // What is wrong with `judge` was complained of above.
  const judgeAlone = (plan: Plan) => planJudge(readBase.scenario.judge, { arms: [plan], seed: plan.seed, complain: () => {} })
  return { arms: tried, settings, judgeAlone, ...(run && { base: run }) }
}

/** What is wrong above the arms is wrong in each of them, and told once. */
const distinct = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values(),
]

function noSuchArm(arm: string, names: readonly string[]): UsageError {
  if (names.length === 0) return new UsageError('This scenario has no arms.', 'Leave --arm out.')
  const near = nearest(arm, names)
  return new UsageError(
    `This scenario has no arm of that name.`,
    near === undefined ? `Its arms are ${names.join(', ')}.` : `Did you mean --arm ${near}?`,
  )
}
