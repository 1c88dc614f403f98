import { resolve } from 'node:path'
import type { CommandModule } from 'yargs'
import { EXIT, type ExitCode, HarnessError } from '../core/errors.ts'
import type { Plan } from '../core/plan.ts'
import { FILE_FORMATS, writeDerived } from '../run/conclude.ts'
import { perform } from '../run/perform.ts'
import { startSystemClock } from '../run/system-clock.ts'
import { reachTarget, type Target } from '../run/target.ts'
import { describePlan, peakInFlight } from '../scenario/describe.ts'
import { consentAsker } from './consent.ts'
import { type FormatArguments, formatOptions, formatsOf } from './formats.ts'
import { tellWarnings } from './input-warnings.ts'
import { createLiveView, liveStyle } from './live-view.ts'
import { colourOf, print } from './output.ts'
import { type ScenarioArguments, scenarioOf, scenarioOptions } from './scenario-options.ts'
import { shown } from './secrets.ts'
import { listenForSignals } from './signals.ts'

interface RunArguments extends ScenarioArguments, FormatArguments {
  readonly out: string
  readonly quiet?: boolean
  readonly color?: boolean
  readonly truth?: string
}

/** `flowbench run`: a plan carried out, its summary on stdout, its folder under `reports/`. */
export const runCommand: CommandModule<unknown, RunArguments> = {
  command: 'run [scenario]',
  describe: 'run a scenario and report on it',
  builder: (yargs) =>
    formatOptions(scenarioOptions(yargs), ['text', 'json', ...FILE_FORMATS], ['text', ...FILE_FORMATS])
      .option('out', { type: 'string', default: 'reports', requiresArg: true, describe: 'folder that run folders are made in' })
      .option('quiet', { type: 'boolean', describe: 'no progress on stderr' })
      .option('truth', {
        type: 'string',
        requiresArg: true,
        describe: 'the simulator logs here when each request came and each event left',
      })
      .example('$0 run scenarios/quickstart.yaml', 'both modes against the built-in simulator')
      .example(`$0 run --url http://127.0.0.1:5001/v1 --inputs '{"text":"hi"}' --concurrency 4 --for 10s`, 'your own Dify, without a file')
      .example('$0 run scenario.yaml --set load.0.rate=20/s --json | jq .objectives', 'another rate; the result as JSON') as never,
  handler: run,
}

async function run(options: RunArguments): Promise<void> {
  const { print: printed, files } = formatsOf(options)
  const loaded = scenarioOf(options)
  const quiet = options.quiet ?? false
  const tell = (text: string) => void process.stderr.write(`${shown(text)}\n`)
  if (!quiet) tell(describePlan(loaded.plan).join('\n'))
  const signals = listenForSignals(tell)
  const target = await reach(loaded, options)
  tellWarnings(target)
  try {
    if (signals.stop.aborted) throw new Stopped(signals.name?.())
    const conclusion = await perform(target, {
      out: resolve(options.out),
      headers: loaded.headers,
      secrets: loaded.secrets,
      signals,
      stop: signals.stopNow,
      watcher: createLiveView({ stream: process.stderr, style: quiet ? 'silent' : liveStyle(process.stderr, process.env) }),
    })
    process.exitCode = conclusion.summary.exitCode
    const written = await writeDerived(conclusion, files).catch((error: unknown) => {
      // What was measured is still worth showing; the code says that files are missing.
      if (!(error instanceof HarnessError)) throw error
      tell(`${error.message}\n${error.hint}`)
      if (conclusion.summary.exitCode < EXIT.interrupted) process.exitCode = EXIT.notWritten
      return [] as readonly string[]
    })
    print(conclusion, { format: printed, files: written, colour: colourOf(process.stdout, options.color) })
  } finally {
    await target.release()
    signals.release()
  }
}

async function reach({ plan, apiKey, headers, env }: ReturnType<typeof scenarioOf>, { truth }: RunArguments): Promise<Target> {
  const clock = startSystemClock()
  const peak = { perSecond: peakRate(plan), inFlight: peakInFlight(plan) }
  return reachTarget(plan, { apiKey, headers, env, clock, peak, ask: consentAsker(plan), truthFile: truth }).finally(() => clock.close())
}

const peakRate = (plan: Plan): number =>
  Math.max(0, ...plan.phases.map((phase) => (phase.kind === 'open' ? Math.max(phase.from, phase.to) : 0)))

/** Told to stop before anything was sent. */
class Stopped extends HarnessError {
  readonly exitCode: ExitCode
  constructor(signal: string | undefined) {
    super('Stopped before anything was sent.', 'Run it again when you are ready; no run folder was made.')
    this.exitCode = signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted
  }
}
