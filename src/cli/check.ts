import type { CommandModule } from 'yargs'
import { UsageError } from '../core/errors.ts'
import { reachArms } from '../run/reach-arms.ts'
import { startSystemClock } from '../run/system-clock.ts'
import { reachTarget } from '../run/target.ts'
import { searchOf, trialPhase } from '../scenario/capacity.ts'
import { describePlan } from '../scenario/describe.ts'
import { describeComparison } from '../scenario/describe-comparison.ts'
import { searchLines } from '../scenario/describe-search.ts'
import { noiseOf, tellBeyondCeiling } from './calibrated.ts'
import { armsAsker, consentAsker } from './consent.ts'
import { tellWarnings } from './input-warnings.ts'
import { planLines } from './plan-lines.ts'
import { type armsOf, armsOrPlanOf, type ScenarioArguments, scenarioOf, scenarioOptions } from './scenario-options.ts'
import { shown } from './secrets.ts'

interface CheckArguments extends ScenarioArguments {
  readonly offline?: boolean
  readonly out: string
  readonly json?: boolean
}

/** `flowbench check`: the plan that a scenario makes and, unless offline, whether its target answers. */
export const checkCommand: CommandModule<unknown, CheckArguments> = {
  command: 'check [scenario]',
  describe: 'print the plan of a scenario and ask the target, without load',
  builder: (yargs) =>
    scenarioOptions(yargs)
      .option('offline', { type: 'boolean', describe: 'only read the scenario; ask nobody' })
      .option('out', { type: 'string', default: 'reports', requiresArg: true, describe: 'folder that calibration.json is looked for in' })
      .option('json', { type: 'boolean', describe: 'the whole plan as JSON' })
      .example('$0 check scenario.yaml', 'what would run, and does the target take the key?')
      .example('$0 check scenario.yaml --offline', 'for an editor or a commit hook') as never,
  handler: check,
}

async function check(options: CheckArguments): Promise<void> {
  const { scenario, arm, mode } = options
  if (scenario !== undefined && arm === undefined && mode === undefined) {
    const loaded = armsOrPlanOf({ ...options, scenario })
    if (!('plan' in loaded)) {
      if (options.shard !== undefined)
        throw new UsageError('--shard goes with one plan, and this scenario has arms.', 'Name one of them with --arm.')
      return checkArms(loaded, options)
    }
  }
  const { plan, capacity, saysCapacity, apiKey, headers, env } = scenarioOf(options)
  const search = searchOf(plan, capacity, trialPhase(plan.phases)?.mode ?? 'streaming')
  const lines = [...describePlan(plan), ...(saysCapacity ? searchLines(plan, [search]) : [])]
  process.stdout.write(shown(options.json ? `${JSON.stringify(plan, undefined, 2)}\n` : `${planLines(lines, process.stdout).join('\n')}\n`))
  tellBeyondCeiling([plan], options.out)
  if (options.offline) return
  const clock = startSystemClock()
  try {
    // One request is no load: nobody needs to be asked for more than that, yet a host off this machine must be agreed to all the same.
    const target = await reachTarget(plan, { apiKey, headers, env, clock, ask: consentAsker(plan), peak: { perSecond: 0, inFlight: 1 } })
    await target.release()
    tellWarnings(target)
    const { version } = target.greeting
    process.stderr.write(
      `The target answers and takes the key${version === undefined ? '' : ` (Dify ${version})`}; connections: ${target.settings.connections}.\n`,
    )
  } finally {
    clock.close()
  }
}

/** What a comparison of the arms takes and can see, and whether their targets answer. */
async function checkArms({ env, ...planned }: ReturnType<typeof armsOf>, { json, offline, out }: CheckArguments): Promise<void> {
  const plans = { arms: planned.arms.map(({ plan }) => plan), settings: planned.settings }
  process.stdout.write(
    shown(json ? `${JSON.stringify(plans, undefined, 2)}\n` : `${describeComparison(planned, noiseOf(planned, out)).join('\n')}\n`),
  )
  tellBeyondCeiling(plans.arms, out)
  if (offline) return
  const clock = startSystemClock()
  try {
    const { arms, release } = await reachArms(planned.arms, { env, clock, ask: armsAsker(planned), sends: 'question' })
    await release()
    for (const { name, target } of arms) {
      tellWarnings(target)
      process.stderr.write(`The target of ${name} answers and takes the key; connections: ${target.settings.connections}.\n`)
    }
  } finally {
    clock.close()
  }
}
