import { resolve } from 'node:path'
import type { CommandModule } from 'yargs'
import { EXIT, UsageError } from '../core/errors.ts'
import type { Plan } from '../core/plan.ts'
import type { Mode } from '../core/sample.ts'
import { refuseWithoutBudget } from '../run/budget-consent.ts'
import { beginSearch, CAPACITY_PREFIX, resumeSearch, type Search, type ToSearch } from '../run/capacity.ts'
import { reachTarget, type Target } from '../run/target.ts'
import { searchOf, trialPhase } from '../scenario/capacity.ts'
import { describeSearch } from '../scenario/describe-search.ts'
import { holdFolder } from '../store/folder-lock.ts'
import { ceilingsOf } from './calibrated.ts'
import { hostAsker } from './consent.ts'
import { type Answer, doSearch } from './do-search.ts'
import { folderToResume, keysOnResume, NEW_KEYS, near } from './folder-to-resume.ts'
import { capacityFormatOptions, capacityFormatsOf, type FormatArguments } from './formats.ts'
import { tellWarnings } from './input-warnings.ts'
import { colourOf, printCapacity } from './output.ts'
import { reachUnlessStopped } from './reach-unless-stopped.ts'
import { type FileArguments, fileOptions, scenarioOf } from './scenario-options.ts'
import { createScreen } from './screen.ts'
import { shown } from './secrets.ts'
import { listenForSignals, type RunSignals } from './signals.ts'

interface CapacityArguments extends FileArguments, FormatArguments {
  readonly scenario: string
  readonly axis?: string
  readonly mode?: string
  readonly arm?: string
  readonly resume?: string
  readonly newKeys?: boolean
  readonly out: string
  readonly quiet?: boolean
  readonly color?: boolean
}

/** `flowbench capacity`: the highest load at which the objectives of a scenario hold, as a bracket. */
export const capacityCommand: CommandModule<unknown, CapacityArguments> = {
  command: 'capacity <scenario>',
  describe: 'find the highest load at which the objectives hold',
  builder: (yargs) =>
    capacityFormatOptions(fileOptions(yargs.positional('scenario', { type: 'string', demandOption: true, describe: 'scenario file' })))
      .option('axis', { choices: ['rate', 'concurrency'] as const, describe: 'what is searched for, in place of capacity.axis' })
      .option('mode', {
        type: 'string',
        requiresArg: true,
        describe: 'streaming, blocking, or both with a comma: one search after another',
      })
      .option('arm', { type: 'string', requiresArg: true, describe: 'this arm of the scenario file' })
      .option('resume', {
        type: 'string',
        describe: 'go on with the search in this folder; without a folder, with the latest of the scenario',
      })
      .option('new-keys', NEW_KEYS)
      .option('out', { type: 'string', default: 'reports', requiresArg: true, describe: 'folder that its own is made in' })
      .option('quiet', { type: 'boolean', describe: 'no progress on stderr' })
      .example('$0 capacity scenarios/capacity.yaml', 'how many runs per second does it take, and what limits it?')
      .example('$0 capacity scenarios/capacity.yaml --axis concurrency', 'how many at once')
      .example('$0 capacity scenarios/capacity.yaml --mode blocking,streaming', 'both modes, side by side')
      .example('$0 capacity scenarios/capacity.yaml --resume', 'after Ctrl-C or a crash') as never,
  handler: capacity,
}

type Loaded = ReturnType<typeof scenarioOf>
/** Keeps other processes from adding runs to this folder until the command ends. */
type Hold = (folder: string) => void

async function capacity(options: CapacityArguments): Promise<void> {
  const { print, files } = capacityFormatsOf(options)
  const loaded = scenarioOf(scenarioArguments(options))
  const { plan, secrets } = loaded
  const quiet = options.quiet ?? false
  const screen = createScreen(process.stderr)
  const tell = (text: string) => screen.print(shown(text))
  const signals = listenForSignals(tell)
  let target: Target | undefined
  const held: (() => void)[] = []
  const hold: Hold = (folder) => void held.push(holdFolder(folder))
  try {
    const known = ceilingsOf(options.out)
    const searches = modesOf(options.mode, plan).map((mode): ToSearch => {
      const ceiling = known?.ceilings?.[mode].perSecond
      return {
        plan,
        search: { ...searchOf(plan, loaded.capacity, mode), ...(ceiling !== undefined && { ceiling }) },
        secrets,
        apiKey: loaded.apiKey,
      }
    })
    const resumed = options.resume === undefined ? undefined : await takenUp(options, searches, hold)
    const intent = searches.flatMap(({ search }) => describeSearch(plan, search))
    if (!quiet) tell(resumed ? `Going on with ${near(resumed.folder)}.` : [...intent, ...(known ? ['', known.told] : [])].join('\n'))
    await refuseWithoutBudget(plan, loaded.capacity.budget)
    target = await reach(loaded, intent, signals)
    tellWarnings(target)
    const answers: Answer[] = []
    for (const toSearch of searches) {
      const search = resumed ?? beginSearch(toSearch, resolve(options.out))
      if (!resumed) hold(search.folder)
      const searching = { target, loaded, signals, tell: quiet ? () => {} : tell, quiet, screen, colour: options.color, files }
      answers.push(await doSearch(search, searching))
      if (signals.stop.aborted) break
    }
    process.exitCode = gravest(answers.map(({ summary }) => summary.exitCode))
    printCapacity(answers, { format: print, colour: colourOf(process.stdout, options.color) })
    for (const { summary, folder } of answers)
      if (summary.status === 'unfinished') tell(`Go on with: flowbench capacity ${options.scenario} --resume ${near(folder)}`)
  } finally {
    for (const letGo of held) letGo()
    await target?.release()
    signals.release()
  }
}

/** Without `mode`, which names whole searches here. */
function scenarioArguments({ mode: _mode, axis, set = [], ...options }: CapacityArguments): Parameters<typeof scenarioOf>[0] {
  return { ...options, set: [...set, ...(axis === undefined ? [] : [`capacity.axis=${axis}`])] }
}

/** Of several searches the code that says most: what the interface page puts first. */
const GRAVEST: readonly number[] = [
  EXIT.interrupted,
  EXIT.terminated,
  EXIT.notWritten,
  EXIT.bug,
  EXIT.unreachable,
  EXIT.objectiveMissed,
  EXIT.invalid,
  EXIT.inconclusive,
]
const gravest = (codes: readonly number[]): number => GRAVEST.find((code) => codes.includes(code)) ?? EXIT.done

/** A signal ends it at once: nothing was sent, so nothing drains. */
async function reach({ plan, capacity, apiKey, headers, env }: Loaded, intent: readonly string[], signals: RunSignals): Promise<Target> {
  const { stop } = signals
  const most = capacity.to ?? Number.POSITIVE_INFINITY
  const peak =
    capacity.axis === 'rate' ? { perSecond: most, inFlight: plan.limits.inFlight } : { perSecond: Number.POSITIVE_INFINITY, inFlight: most }
  return reachUnlessStopped(signals, (clock) =>
    reachTarget(plan, {
      apiKey,
      headers,
      env,
      clock,
      peak,
      ask: hostAsker(intent, 'May its capacity be searched for as said?'),
      signal: stop,
    }),
  )
}

/** The modes that are asked for, in that order; without a word that of the phase that trials are made of. Throws a UsageError for anything else. */
function modesOf(asked: string | undefined, { phases }: Plan): readonly Mode[] {
  if (asked === undefined) return [trialPhase(phases)?.mode ?? 'streaming']
  const words = [...new Set(asked.split(',').map((word) => word.trim()))]
  const modes = words.filter((word): word is Mode => word === 'streaming' || word === 'blocking')
  if (modes.length === words.length) return modes
  throw new UsageError(`--mode ${asked} is none.`, 'Write streaming, blocking, or blocking,streaming for one search after another.')
}

/** Throws a UsageError where there is nothing to take up, somebody else is at it, or more than one mode is asked for. */
function takenUp({ resume = '', out, newKeys }: CapacityArguments, [first, ...others]: readonly ToSearch[], hold: Hold): Promise<Search> {
  if (others.length > 0) throw new UsageError('A search goes on in one mode.', 'Write --mode streaming or --mode blocking with --resume.')
  const folder = folderToResume('search', { named: resume, out, scenario: first!.plan.name, prefix: CAPACITY_PREFIX })
  hold(folder)
  return resumeSearch(folder, first!, keysOnResume({ newKeys }))
}
