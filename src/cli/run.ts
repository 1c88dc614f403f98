import { resolve } from 'node:path'
import type { CommandModule } from 'yargs'
import { EXIT, HarnessError, UsageError } from '../core/errors.ts'
import { writeDerived } from '../run/conclude.ts'
import { perform } from '../run/perform.ts'
import { exitCodeOf } from '../run/stopped.ts'
import { reachTarget, type Target } from '../run/target.ts'
import { describePlan, peakInFlight, peakRate } from '../scenario/describe.ts'
import { scenarioFolder } from '../store/run-folder.ts'
import { tellBeyondCeiling } from './calibrated.ts'
import { consentAsker } from './consent.ts'
import { type FormatArguments, formatOptions, formatsOf } from './formats.ts'
import { tellWarnings } from './input-warnings.ts'
import { createLiveView, liveStyle } from './live-view.ts'
import { colourOf, print } from './output.ts'
import { reachUnlessStopped } from './reach-unless-stopped.ts'
import { type ScenarioArguments, scenarioOf, scenarioOptions } from './scenario-options.ts'
import { shown } from './secrets.ts'
import { listenForSignals, type RunSignals } from './signals.ts'

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
    formatOptions(scenarioOptions(yargs))
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
  // Before the first word: who reads it may stop the run at once.
  const signals = listenForSignals(tell)
  if (!quiet) tell(describePlan(loaded.plan).join('\n'))
  if (!quiet && loaded.arms.length > 0 && options.arm === undefined)
    tell(`This scenario has arms (${loaded.arms.join(', ')}); what stands above them runs. --arm runs one of them.`)
  tellBeyondCeiling([loaded.plan], options.out)
  let target: Target | undefined
  try {
    target = await reach(loaded, options, signals)
    tellWarnings(target)
    const conclusion = await perform(target, {
      parent: scenarioFolder(resolve(options.out), loaded.plan.name),
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
    // A signal that came once the run was over could change nothing in it, but the caller must learn that it came.
    if (signals.name?.() !== undefined && conclusion.summary.exitCode < EXIT.interrupted) process.exitCode = exitCodeOf(signals.name())
  } finally {
    await target?.release()
    signals.release()
  }
}

/** A signal ends it at once: nothing was sent, so nothing drains. */
async function reach(
  { plan, apiKey, headers, env }: ReturnType<typeof scenarioOf>,
  { truth }: RunArguments,
  signals: RunSignals,
): Promise<Target> {
  if (truth !== undefined && plan.target.simulator === undefined)
    throw new UsageError(
      '--truth goes with the built-in simulator, and this target is none.',
      'Start a simulator by hand with its own --truth, or leave it out.',
    )
  const peak = { perSecond: peakRate(plan), inFlight: peakInFlight(plan) }
  const { stop } = signals
  return reachUnlessStopped(signals, (clock) =>
    reachTarget(plan, { apiKey, headers, env, clock, peak, ask: consentAsker(plan), truthFile: truth, signal: stop }),
  )
}
