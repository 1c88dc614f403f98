import { resolve } from 'node:path'
import type { CommandModule } from 'yargs'
import type { Calibration, Noise } from '../core/calibration.ts'
import { EXIT, UsageError } from '../core/errors.ts'
import { isOfMachine } from '../judge/calibration/calibrated.ts'
import { counted } from '../measure/figures.ts'
import { calibrationText } from '../report/calibration/text.ts'
import { jsonText } from '../report/json.ts'
import { makeBench } from '../run/calibrate/bench.ts'
import { measureInstrument } from '../run/calibrate/instrument.ts'
import type { NoiseEnd } from '../run/calibrate/measure-noise.ts'
import { readEnvironment } from '../run/environment.ts'
import { exitCodeOf } from '../run/stopped.ts'
import type { Target } from '../run/target.ts'
import { CALIBRATION_FILE, writeCalibration } from '../store/calibration.ts'
import { type HeldComparison, newNoise, noiseInWords, noiseOfTarget, reachForNoise, resumedNoise } from './calibrate-noise.ts'
import { calibrationBefore } from './calibrated.ts'
import { commandAgain } from './command-again.ts'
import { NEW_KEYS, near } from './folder-to-resume.ts'
import { tellWarnings } from './input-warnings.ts'
import { colourOf, glyphs } from './output.ts'
import { type FileArguments, fileOptions, scenarioOf } from './scenario-options.ts'
import { shown } from './secrets.ts'
import { listenForSignals, type RunSignals } from './signals.ts'

interface CalibrateArguments extends FileArguments {
  readonly scenario?: string
  readonly arm?: string
  readonly pairs?: number
  readonly resume?: string
  readonly newKeys?: boolean
  readonly quick?: boolean
  readonly out: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly color?: boolean
}

/** Options that say what is done with a scenario. */
const WITH_SCENARIO = ['arm', 'pairs', 'resume', 'inputs', 'set'] as const

/** `flowbench calibrate`: what the instrument itself can do on this machine and, with a scenario, what a comparison of its target can see. */
export const calibrateCommand: CommandModule<unknown, CalibrateArguments> = {
  command: 'calibrate [scenario]',
  describe: 'measure the instrument: what it can send, how true its times are and, with a scenario, the noise of its target',
  builder: (yargs) =>
    fileOptions(
      yargs.positional('scenario', { type: 'string', describe: 'scenario whose target is compared with itself; it is loaded for that' }),
    )
      .option('arm', { type: 'string', requiresArg: true, describe: 'this arm of the scenario; without it, what stands above the arms' })
      .option('pairs', {
        type: 'number',
        requiresArg: true,
        describe: 'pairs of equal arms until the first look, in place of judge.pairs; even, at least 8',
      })
      .option('resume', {
        type: 'string',
        describe: 'go on with the pairs in this folder; without a folder, with the latest of the scenario',
      })
      .option('new-keys', NEW_KEYS)
      .option('quick', { type: 'boolean', describe: 'shorter runs against the simulator: a first look in a quarter of a minute' })
      .option('out', { type: 'string', default: 'reports', requiresArg: true, describe: 'folder that calibration.json lies in' })
      .option('json', { type: 'boolean', describe: 'what is stored, as JSON on stdout' })
      .option('quiet', { type: 'boolean', describe: 'no progress on stderr' })
      .example('$0 calibrate', 'what can this machine send, and how true are its times?')
      .example('$0 calibrate scenarios/regression.yaml', 'and which change could a comparison see?')
      .example('$0 calibrate scenarios/regression.yaml --resume', 'after Ctrl-C or a crash') as never,
  handler: calibrate,
}

async function calibrate(options: CalibrateArguments): Promise<void> {
  const stray = options.scenario === undefined && WITH_SCENARIO.find((name) => options[name] !== undefined)
  if (stray)
    throw new UsageError(
      `--${stray} goes with a scenario, whose target is compared with itself, and none was named.`,
      `Name the scenario file, or leave --${stray} out.`,
    )
  const out = resolve(options.out)
  const loaded = options.scenario === undefined ? undefined : scenarioOf({ ...options, scenario: options.scenario })
  const tell = (text: string) => void process.stderr.write(`${shown(text)}\n`)
  const before = calibrationBefore(out, tell)
  const progress = options.quiet ? () => {} : tell
  const signals = listenForSignals(tell)
  let target: Target | undefined
  let held: HeldComparison | undefined
  try {
    if (loaded) {
      const { resume, newKeys } = options
      if (resume !== undefined) held = await resumedNoise(loaded, { resume, newKeys, out })
      progress(held ? `Going on with ${near(held.comparison.folder)}.` : noiseInWords(loaded).join('\n'))
      // Before the long part: a target that cannot be loaded is known at once.
      target = await reachForNoise(loaded, signals)
      tellWarnings(target)
    }
    const known = held && before && isOfMachine(before, readEnvironment()) ? before : undefined
    if (known) progress(`What this machine can do is taken from ${near(`${out}/${CALIBRATION_FILE}`)}, of ${known.at.slice(0, 10)}.`)
    const found = known ?? (await instrument(options.quick ? 'quick' : 'whole', { signals, tell: progress, seed: options.seed ?? 1 }))
    let calibration: Calibration = { ...found, noise: before?.noise ?? [] }
    // Before the target is loaded: what is known of the machine outlives whatever happens then.
    await writeCalibration(out, calibration)
    let end: NoiseEnd | undefined
    if (loaded && target) {
      held ??= newNoise(loaded, out)
      end = await noiseOfTarget(held.comparison, { loaded, target, out, signals, tell: progress, quiet: options.quiet ?? false })
      calibration = { ...calibration, noise: noiseAfter(calibration.noise, end) }
      await writeCalibration(out, calibration)
    }
    const style = { colour: colourOf(process.stdout, options.color), width: process.stdout.columns ?? 100, glyphs: glyphs() }
    const files = [['Stored', near(`${out}/${CALIBRATION_FILE}`)]] as const
    process.stdout.write(shown(options.json ? jsonText(calibration) : calibrationText(calibration, { ...style, files })))
    process.exitCode = conclude(end, signals, tell)
    if (end?.kind === 'cut-short' && held)
      tell(`Go on with: ${commandAgain(process.argv.slice(2), near(held.comparison.folder), options.resume)}`)
  } finally {
    held?.letGo()
    await target?.release()
    signals.release()
  }
}

async function instrument(
  thoroughness: Calibration['thoroughness'],
  { signals, tell, seed }: { readonly signals: RunSignals; readonly tell: (text: string) => void; readonly seed: number },
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
