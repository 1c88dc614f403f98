import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CommandModule } from 'yargs'
import { EXIT, UsageError } from '../core/errors.ts'
import { beginComparison, COMPARISON_PREFIX, carryOn, resumeComparison } from '../run/compare.ts'
import { concludeComparisonFolder, writeComparison } from '../run/conclude-comparison.ts'
import { type ReadyArms, reachArms } from '../run/reach-arms.ts'
import { exitCodeOf } from '../run/stopped.ts'
import { describeComparison } from '../scenario/describe-comparison.ts'
import type { PlannedArms } from '../scenario/plan-written.ts'
import { holdFolder } from '../store/folder-lock.ts'
import { noiseOf, tellBeyondCeiling } from './calibrated.ts'
import { commandAgain } from './command-again.ts'
import { compareStoredRuns, STORED_ONLY, type StoredArguments } from './compare-stored.ts'
import { armsAsker } from './consent.ts'
import { cutShortEnd, notWrittenCode, writtenFiles } from './experiment-end.ts'
import { pairSeries } from './experiment-series.ts'
import { folderToResume, keysOnResume, NEW_KEYS, near } from './folder-to-resume.ts'
import { comparisonFormatOptions, comparisonFormatsOf, type FormatArguments } from './formats.ts'
import { tellWarnings } from './input-warnings.ts'
import { colourOf, printComparison } from './output.ts'
import { reachUnlessStopped } from './reach-unless-stopped.ts'
import { armsOf, type FileArguments, fileOptions, secretsOf } from './scenario-options.ts'
import { shown } from './secrets.ts'
import { listenForSignals, type RunSignals } from './signals.ts'

interface CompareArguments
  extends FileArguments,
    FormatArguments,
    Partial<Pick<StoredArguments, 'candidate' | (typeof STORED_ONLY)[number]>> {
  readonly scenario: string
  readonly pairs?: number
  readonly inconclusive?: string
  readonly resume?: string
  readonly newKeys?: boolean
  readonly out: string
  readonly quiet?: boolean
  readonly color?: boolean
}

/** `flowbench compare`: the arms of a scenario run in interleaved pairs, or runs that are stored, and the difference judged. */
export const compareCommand: CommandModule<unknown, CompareArguments> = {
  command: 'compare <scenario> [candidate]',
  describe: 'run the arms of a scenario in interleaved pairs and judge the difference; or judge stored runs',
  builder: (yargs) =>
    comparisonFormatOptions(
      fileOptions(
        yargs
          .positional('scenario', {
            type: 'string',
            demandOption: true,
            describe: 'scenario file with two arms; or stored runs, the baseline: a run folder or a folder of runs',
          })
          .positional('candidate', { type: 'string', describe: 'with stored runs: those that are judged against the baseline' }),
      ),
    )
      .option('pairs', {
        type: 'number',
        requiresArg: true,
        describe: 'pairs until the first look, in place of judge.pairs; even, at least 8',
      })
      .option('inconclusive', {
        choices: ['pass', 'fail'] as const,
        describe: 'what it ends in where nothing is decided, in place of 12: 0 or 11',
      })
      .option('resume', {
        type: 'string',
        describe: 'go on with the comparison in this folder; without a folder, with the latest of the scenario',
      })
      .option('new-keys', NEW_KEYS)
      .option('may-differ', {
        type: 'string',
        requiresArg: true,
        describe: 'stored runs: fields in which their plans may differ, with commas, such as target.url; or anything',
      })
      .option('arm', { type: 'string', requiresArg: true, describe: 'stored runs: of those with an arm, only this one' })
      .option('primary', { type: 'string', requiresArg: true, describe: 'stored runs: what decides (default response_time p95)' })
      .option('margin', { type: 'string', requiresArg: true, describe: 'stored runs: change that fails (default 10%)' })
      .option('noise', { type: 'string', requiresArg: true, describe: 'stored runs: change that is noise (default 3%)' })
      .option('out', { type: 'string', default: 'reports', requiresArg: true, describe: 'folder that its own is made in' })
      .option('quiet', { type: 'boolean', describe: 'no progress on stderr' })
      .example('$0 compare scenarios/regression.yaml', 'two deployments, judged in 8 or 16 pairs of runs')
      .example('$0 compare scenarios/regression.yaml --inconclusive pass', 'for CI: fails on a regression alone')
      .example('$0 compare scenarios/regression.yaml --resume', 'after Ctrl-C or a crash')
      .example('$0 compare reports/translate reports/translate/20261126T041500Z-3f9a', 'one new run against all before') as never,
  handler: compare,
}

async function compare(options: CompareArguments): Promise<void> {
  if (options.candidate !== undefined) return compareStoredRuns(options as StoredArguments)
  const stray = STORED_ONLY.find((name) => options[name] !== undefined)
  if (stray !== undefined)
    throw new UsageError(
      `--${stray} goes with stored runs, and only one place was named.`,
      'Name a baseline and a candidate; the arms of a scenario are judged as its `judge` says.',
    )
  if (statSync(options.scenario, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(
      `${options.scenario} is a folder, and one folder alone has nothing to be compared with.`,
      'Name a second one, the candidate; or a scenario file with two arms.',
    )
  const { print, files } = comparisonFormatsOf(options)
  const { env, ...planned } = armsOf(options)
  const quiet = options.quiet ?? false
  const tell = (text: string) => void process.stderr.write(`${shown(text)}\n`)
  const signals = listenForSignals(tell)
  let ready: ReadyArms | undefined
  let letGo = () => {}
  try {
    const taken =
      options.resume === undefined
        ? undefined
        : folderToResume('comparison', {
            named: options.resume,
            out: options.out,
            scenario: planned.arms[0]!.plan.name,
            prefix: COMPARISON_PREFIX,
          })
    if (taken !== undefined) letGo = holdFolder(taken)
    const resumed = taken === undefined ? undefined : await resumeComparison(taken, planned, keysOnResume(options))
    if (!quiet)
      tell(resumed ? `Going on with ${near(resumed.folder)}.` : describeComparison(planned, noiseOf(planned, options.out)).join('\n'))
    tellBeyondCeiling(
      planned.arms.map(({ plan }) => plan),
      options.out,
    )
    ready = await reach(planned, env, signals)
    for (const { target } of ready.arms) tellWarnings(target)
    const comparison = resumed ?? beginComparison(planned, resolve(options.out))
    if (!resumed) letGo = holdFolder(comparison.folder)
    const told = quiet ? () => {} : tell
    const series = pairSeries(comparison, { secrets: secretsOf(planned), signals, tell: told, quiet })
    const cutShort = await carryOn(comparison, { arms: ready.arms, ...series })
    const { summary } = await concludeComparisonFolder(comparison.folder)
    const cut = cutShort && cutShortEnd('comparison', cutShort, signals)
    process.exitCode = cut?.exitCode ?? summary.exitCode
    const written = await writtenFiles(() => writeComparison(comparison.folder, summary, files), tell)
    if (!written) process.exitCode = notWrittenCode(Number(process.exitCode))
    printComparison(
      { ...summary, ...cut },
      {
        format: print,
        folder: comparison.folder,
        files: written ?? [],
        colour: colourOf(process.stdout, options.color),
      },
    )
    // A signal that came once the last run was over could change nothing in it, but the caller must learn that it came.
    if (!cut && signals.name?.() !== undefined && summary.exitCode < EXIT.interrupted) process.exitCode = exitCodeOf(signals.name())
    if (cut) tell(`Go on with: ${commandAgain(process.argv.slice(2), near(comparison.folder), options.resume)}`)
  } finally {
    letGo()
    await ready?.release()
    signals.release()
  }
}

/** A signal ends it at once: nothing was sent, so nothing drains. */
async function reach(planned: PlannedArms, env: NodeJS.ProcessEnv, signals: RunSignals): Promise<ReadyArms> {
  const { stop } = signals
  return reachUnlessStopped(signals, (clock) =>
    reachArms(planned.arms, { env, clock, ask: armsAsker(planned), signal: stop, sends: 'load' }),
  )
}
