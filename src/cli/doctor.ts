import type { CommandModule } from 'yargs'
import { UsageError } from '../core/errors.ts'
import { type Check, type CheckUp, checkUp } from '../judge/check-up.ts'
import { renderCheckUp } from '../report/check-up.ts'
import { jsonText } from '../report/json.ts'
import { folderCheck } from '../run/doctor/folder-check.ts'
import { lookAtTarget } from '../run/doctor/look-at-target.ts'
import { machineChecks } from '../run/doctor/machine-checks.ts'
import { readMachine } from '../run/doctor/machine-facts.ts'
import { brokenScenario, scenarioChecks } from '../run/doctor/scenario-checks.ts'
import { proxyCheck } from '../run/doctor/target-checks.ts'
import { startSystemClock } from '../run/system-clock.ts'
import { peakInFlight, peakRate } from '../scenario/describe.ts'
import { hostAsker } from './consent.ts'
import { colourOf, glyphs } from './output.ts'
import { namesScenario, type ScenarioArguments, scenarioOf, scenarioOptions } from './scenario-options.ts'
import { shown } from './secrets.ts'

interface DoctorArguments extends ScenarioArguments {
  readonly out: string
  readonly json?: boolean
  readonly color?: boolean
}

/** `flowbench doctor`: the machine and, where a scenario or an address is named, the target, as a list of checks with fixes. */
export const doctorCommand: CommandModule<unknown, DoctorArguments> = {
  command: 'doctor [scenario]',
  describe: 'look at the machine and the target, and say what to mend',
  builder: (yargs) =>
    scenarioOptions(yargs)
      .option('out', { type: 'string', default: 'reports', requiresArg: true, describe: 'folder that run folders would be made in' })
      .option('json', { type: 'boolean', describe: 'the checks as JSON' })
      .example('$0 doctor', 'can this machine measure?')
      .example('$0 doctor scenario.yaml', 'and does the scenario fit machine and target?')
      .example('$0 doctor --url http://127.0.0.1:5001/v1', 'a target without a scenario; the key comes from DIFY_API_KEY') as never,
  handler: doctor,
}

async function doctor(options: DoctorArguments): Promise<void> {
  const clock = startSystemClock()
  try {
    // The machine first: what is done for the target would disturb a look at its rest.
    busy('Looking at the machine …')
    const facts = await readMachine(clock)
    const read = readScenario(options)
    const checks: Check[] = [...machineChecks(facts, read.loaded?.plan), folderCheck(options.out), ...read.checks]
    if (read.loaded) {
      const { plan, apiKey, headers, env } = read.loaded
      const inputs = options.scenario !== undefined || options.inputs !== undefined ? 'given' : 'not-given'
      const person = hostAsker(['doctor sends one request (GET /parameters), and no load.'], 'May it be asked?')
      const ask: typeof person =
        person &&
        ((host) => {
          busy('')
          return person(host)
        })
      busy('Looking at the target …')
      const peak = { perSecond: peakRate(plan), inFlight: peakInFlight(plan) }
      checks.push(proxyCheck(env), ...(await lookAtTarget(plan, { apiKey, headers, env, clock, ask, peak, inputs })))
    }
    busy('')
    tell(checkUp(checks), options)
  } finally {
    clock.close()
  }
}

/** What is going on, on a line of a terminal that is wiped again: a server may take ten seconds to say nothing. */
function busy(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`)
}

interface ReadScenario {
  readonly loaded?: ReturnType<typeof scenarioOf>
  readonly checks: readonly Check[]
}

/** What is wrong with a scenario is a finding here, not the end. */
function readScenario(options: DoctorArguments): ReadScenario {
  if (!namesScenario(options)) return { checks: [] }
  try {
    const loaded = scenarioOf(options)
    return { loaded, checks: scenarioChecks(loaded.plan, { source: loaded.source, arms: loaded.arms, arm: options.arm }) }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return { checks: brokenScenario(error.message, error.hint) }
  }
}

function tell(found: CheckUp, { json, color }: DoctorArguments): void {
  const style = { colour: colourOf(process.stdout, color), width: process.stdout.columns ?? 100, glyphs: glyphs() }
  process.stdout.write(shown(json ? jsonText(found) : renderCheckUp(found, style)))
  process.exitCode = found.exitCode
}
