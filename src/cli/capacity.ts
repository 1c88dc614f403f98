import { resolve } from 'node:path'
import type { CommandModule } from 'yargs'
import { UsageError } from '../core/errors.ts'
import type { Plan } from '../core/plan.ts'
import type { Mode } from '../core/sample.ts'
import { trialObjectives, unknownIn } from '../judge/capacity/trial-objectives.ts'
import { refuseWithoutBudget } from '../run/budget-consent.ts'
import { beginSearch, CAPACITY_PREFIX, resumeSearch, type Search, type ToSearch } from '../run/capacity.ts'
import { beginModes, resumeModes, type SearchOfModes } from '../run/capacity-modes.ts'
import { modesSearchedIn } from '../run/conclude-capacity-modes.ts'
import type { KeysOnResume } from '../run/keys-of-experiment.ts'
import { reachTarget, type Target } from '../run/target.ts'
import { searchOf, trialPhase } from '../scenario/capacity.ts'
import { describeSearches } from '../scenario/describe-search.ts'
import { holdFolder } from '../store/folder-lock.ts'
import { ceilingsOf } from './calibrated.ts'
import { commandAgain } from './command-again.ts'
import { hostAsker } from './consent.ts'
import { doModes } from './do-modes.ts'
import { doSearch } from './do-search.ts'
import { folderToResume, keysOnResume, NEW_KEYS, near } from './folder-to-resume.ts'
import { capacityFormatOptions, capacityFormatsOf, type FormatArguments } from './formats.ts'
import { tellWarnings } from './input-warnings.ts'
import { colourOf, printCapacity, printCapacityModes } from './output.ts'
import { planLines } from './plan-lines.ts'
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
  // Keeps other processes from adding runs to a folder until the command ends.
  const hold = (folder: string) => void held.push(holdFolder(folder))
  try {
    const stored = options.resume === undefined ? undefined : storedFolder(options, plan)
    if (stored !== undefined) hold(stored)
    const known = ceilingsOf(options.out)
    const searches = modesOf(options.mode, stored, plan).map((mode): ToSearch => {
      refuseObjectives(plan, mode)
      const ceiling = known?.ceilings?.[mode].perSecond
      return {
        plan,
        search: { ...searchOf(plan, loaded.capacity, mode), ...(ceiling !== undefined && { ceiling }) },
        secrets,
        apiKey: loaded.apiKey,
      }
    })
    const keys = keysOnResume(options)
    const out = resolve(options.out)
    const takenUp = stored === undefined ? undefined : await takeUp(stored, searches, keys)
    const intent = describeSearches(
      plan,
      searches.map(({ search }) => search),
    )
    if (!quiet)
      tell(
        takenUp
          ? `Going on with ${near(takenUp.folder)}.`
          : [...planLines(intent, process.stderr), ...(known ? ['', known.told] : [])].join('\n'),
      )
    await refuseWithoutBudget(plan, loaded.capacity.budget)
    const reached = await reach(loaded, intent, signals)
    target = reached
    tellWarnings(target)
    const toldUnlessQuiet = quiet ? () => {} : tell
    const doOne = (search: Search) =>
      doSearch(search, { target: reached, loaded, signals, tell: toldUnlessQuiet, quiet, screen, colour: options.color, files })
    const begun = takenUp ?? (searches.length > 1 ? beginModes(searches, out) : beginSearch(searches[0]!, out))
    if (!takenUp) hold(begun.folder)
    const answer =
      'searches' in begun ? await doModes(begun, { doOne, signals, files, tell: toldUnlessQuiet, warn: tell }) : await doOne(begun)
    process.exitCode = answer.summary.exitCode
    const printing = { format: print, colour: colourOf(process.stdout, options.color) }
    if ('answers' in answer.summary) printCapacityModes({ ...answer, summary: answer.summary }, printing)
    else printCapacity({ ...answer, summary: answer.summary }, printing)
    if (answer.summary.status === 'unfinished')
      tell(`Go on with: ${commandAgain(process.argv.slice(2), near(answer.folder), options.resume)}`)
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

/**
 * The modes that are asked for, in that order; without a word those of the search that is gone on with, or that of the phase that trials are made of.
 * Throws a UsageError for anything else, and for others than that search was begun in.
 */
function modesOf(asked: string | undefined, stored: string | undefined, { phases }: Plan): readonly Mode[] {
  const begun = stored === undefined ? undefined : modesSearchedIn(stored)
  if (asked === undefined) return begun ?? [trialPhase(phases)?.mode ?? 'streaming']
  const words = [...new Set(asked.split(',').map((word) => word.trim()))]
  const modes = words.filter((word): word is Mode => word === 'streaming' || word === 'blocking')
  if (modes.length !== words.length)
    throw new UsageError(`--mode ${asked} is none.`, 'Write streaming, blocking, or blocking,streaming for one search after another.')
  if (begun && begun.toSorted().join() !== modes.toSorted().join())
    throw new UsageError(
      `The search in ${near(stored!)} was begun in ${begun.join(' and ')} mode.`,
      'Leave --mode out with --resume, or begin a new search.',
    )
  return modes
}

/** Throws a UsageError where an objective that trials are judged by is of something that this mode does not have: it could never hold. */
function refuseObjectives({ phases, objectives }: Plan, mode: Mode): void {
  const [first] = unknownIn(mode, trialObjectives(objectives, trialPhase(phases)?.name ?? ''))
  if (first !== undefined)
    throw new UsageError(
      `The objective ${first} can never hold in ${mode} mode: a ${mode} reply has no such moment.`,
      'Use first_output, which both modes have, or search in streaming mode only.',
    )
}

/** Throws a UsageError where there is none. */
const storedFolder = ({ resume = '', out }: CapacityArguments, { name }: Plan): string =>
  folderToResume('search', { named: resume, out, scenario: name, prefix: CAPACITY_PREFIX })

/** Throws a UsageError where it cannot go on. */
const takeUp = (folder: string, searches: readonly ToSearch[], keys: KeysOnResume): Promise<Search | SearchOfModes> =>
  searches.length > 1 ? resumeModes(folder, searches, keys) : resumeSearch(folder, searches[0]!, keys)
