import { resolve } from 'node:path'
import type { CommandModule } from 'yargs'
import type { Calibration, Noise } from '../core/calibration.ts'
import { EXIT } from '../core/errors.ts'
import { counted } from '../measure/figures.ts'
import { calibrationText } from '../report/calibration/text.ts'
import { jsonText } from '../report/json.ts'
import { makeBench } from '../run/calibrate/bench.ts'
import { measureInstrument } from '../run/calibrate/instrument.ts'
import { beginNoise, measureNoise, type NoiseEnd } from '../run/calibrate/measure-noise.ts'
import { DEFAULT_FORMATS } from '../run/conclude.ts'
import { createRunSeries } from '../run/run-series.ts'
import { exitCodeOf } from '../run/stopped.ts'
import { reachTarget, type Target } from '../run/target.ts'
import { peakInFlight, peakRate } from '../scenario/describe.ts'
import { describeComparison } from '../scenario/describe-comparison.ts'
import { CALIBRATION_FILE, writeCalibration } from '../store/calibration.ts'
import { appendToExperiment } from '../store/experiment-folder.ts'
import { calibrationBefore } from './calibrated.ts'
import { hostAsker } from './consent.ts'
import { near } from './folder-to-resume.ts'
import { tellWarnings } from './input-warnings.ts'
import { createLiveView, liveStyle } from './live-view.ts'
import { colourOf, glyphs } from './output.ts'
import { afterRun, placeOf } from './pair-progress.ts'
import { reachUnlessStopped } from './reach-unless-stopped.ts'
import { type FileArguments, fileOptions, scenarioOf } from './scenario-options.ts'
import { shown } from './secrets.ts'
import { listenForSignals, type RunSignals } from './signals.ts'

interface CalibrateArguments extends FileArguments {
  readonly scenario?: string
  readonly arm?: string
  readonly quick?: boolean
  readonly out: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly color?: boolean
}

/** `flowbench calibrate`: what the instrument itself can do on this machine and, with a scenario, what a comparison of its target can see. */
export const calibrateCommand: CommandModule<unknown, CalibrateArguments> = {
  command: 'calibrate [scenario]',
  describe: 'measure the instrument: what it can send, how true its times are and, with a scenario, the noise of its target',
  builder: (yargs) =>
    fileOptions(
      yargs.positional('scenario', { type: 'string', describe: 'scenario whose target is compared with itself; it is loaded for that' }),
    )
      .option('arm', { type: 'string', requiresArg: true, describe: 'this arm of the scenario; without it, what stands above the arms' })
      .option('quick', { type: 'boolean', describe: 'shorter runs against the simulator: a first look in a quarter of a minute' })
      .option('out', { type: 'string', default: 'reports', requiresArg: true, describe: 'folder that calibration.json lies in' })
      .option('json', { type: 'boolean', describe: 'what is stored, as JSON on stdout' })
      .option('quiet', { type: 'boolean', describe: 'no progress on stderr' })
      .example('$0 calibrate', 'what can this machine send, and how true are its times?')
      .example('$0 calibrate scenarios/regression.yaml', 'and which change could a comparison see?') as never,
  handler: calibrate,
}

async function calibrate(options: CalibrateArguments): Promise<void> {
  const out = resolve(options.out)
  const loaded = options.scenario === undefined ? undefined : scenarioOf({ ...options, scenario: options.scenario })
  const tell = (text: string) => void process.stderr.write(`${shown(text)}\n`)
  const before = calibrationBefore(out, tell)
  const progress = options.quiet ? () => {} : tell
  const signals = listenForSignals(tell)
  let target: Target | undefined
  try {
    if (loaded) {
      progress(describeComparison(asArms(loaded)).join('\n'))
      // Before the long part: a target that cannot be loaded is known at once.
      target = await reach(loaded, signals)
      tellWarnings(target)
    }
    const found = await instrument(options.quick ? 'quick' : 'whole', { signals, tell: progress, seed: options.seed ?? 1 })
    const end = loaded && target && (await noise(loaded, target, { out, signals, tell: progress, quiet: options.quiet ?? false }))
    const calibration: Calibration = { ...found, noise: noiseAfter(before?.noise ?? [], end) }
    await writeCalibration(out, calibration)
    const style = { colour: colourOf(process.stdout, options.color), width: process.stdout.columns ?? 100, glyphs: glyphs() }
    const files = [['Stored', near(`${out}/${CALIBRATION_FILE}`)]] as const
    process.stdout.write(shown(options.json ? jsonText(calibration) : calibrationText(calibration, { ...style, files })))
    process.exitCode = conclude(end, signals, tell)
  } finally {
    await target?.release()
    signals.release()
  }
}

type Loaded = ReturnType<typeof scenarioOf>

const asArms = (loaded: Loaded) => ({
  arms: [
    { ...loaded, name: 'one' },
    { ...loaded, name: 'other' },
  ],
  settings: loaded.judge,
})

interface Working {
  readonly signals: RunSignals
  readonly tell: (text: string) => void
}

async function instrument(
  thoroughness: Calibration['thoroughness'],
  { signals, tell, seed }: Working & { readonly seed: number },
): Promise<Omit<Calibration, 'noise'>> {
  const bench = makeBench({ signals, stop: signals.stopNow, noted: tell, seed })
  try {
    return await measureInstrument(bench, {
      thoroughness,
      watcher: {
        climbed: (mode, { concurrency, perSecond, tries }) =>
          tell(`Ceiling, ${mode}: ${Math.round(perSecond)}/s with ${counted(concurrency, 'slot')}${tries > 1 ? ', measured again' : ''}`),
        doing: tell,
      },
    })
  } finally {
    bench.release()
  }
}

async function noise(
  loaded: Loaded,
  target: Target,
  { out, signals, tell, quiet }: Working & { readonly out: string; readonly quiet: boolean },
): Promise<NoiseEnd> {
  const comparison = beginNoise(loaded, out)
  const { settings } = comparison.header
  let place = ''
  const series = createRunSeries({
    folder: comparison.folder,
    secrets: loaded.secrets,
    signals,
    stop: signals.stopNow,
    formats: new Set(DEFAULT_FORMATS),
    watcher: createLiveView({
      stream: process.stderr,
      style: quiet ? 'silent' : liveStyle(process.stderr, process.env),
      prefix: () => place,
    }),
    noted(text) {
      tell(text)
      appendToExperiment(comparison.folder, { note: text, at: new Date().toISOString() })
    },
  })
  const arms = comparison.header.arms.map(({ name }) => name)
  return measureNoise(comparison, out, {
    ready: { target, headers: loaded.headers },
    series,
    watcher: {
      beginning(order) {
        place = placeOf(order, settings)
      },
      ended(progress, last) {
        const told = afterRun(progress, last, { arms, settings })
        if (told !== undefined) tell(told)
      },
    },
  })
}

/** The latest of each scenario. */
function noiseAfter(before: readonly Noise[], end: NoiseEnd | undefined): readonly Noise[] {
  if (end?.kind !== 'measured') return before
  return [...before.filter(({ scenario }) => scenario !== end.noise.scenario), end.noise]
}

function conclude(end: NoiseEnd | undefined, signals: RunSignals, tell: (text: string) => void): number {
  if (end?.kind === 'invalid') {
    tell('The noise is not known: this machine spoiled more pairs than may be run again. Exit code 4. Use a quieter or larger machine.')
    return EXIT.invalid
  }
  if (end?.kind !== 'cut-short') return EXIT.done
  const code = signals.name?.() === undefined ? end.exitCode : exitCodeOf(signals.name())
  tell(`The noise is not known: ${end.because.replace(/\.$/, '')}. Exit code ${code}.`)
  return code
}

/** A signal ends it at once: nothing was sent, so nothing drains. */
async function reach({ plan, judge, apiKey, headers, env, ...loaded }: Loaded, signals: RunSignals): Promise<Target> {
  const { stop } = signals
  const ask = hostAsker(describeComparison(asArms({ plan, judge, apiKey, headers, env, ...loaded })), 'May it be loaded as planned?')
  const peak = { perSecond: peakRate(plan), inFlight: peakInFlight(plan) }
  return reachUnlessStopped(signals, (clock) => reachTarget(plan, { apiKey, headers, env, clock, peak, ask, signal: stop }))
}
