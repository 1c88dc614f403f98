import { FATES, type Fate } from '../core/fate.ts'
import type { Limits } from '../core/plan.ts'
import type { Reconciled, RunSummary } from '../core/summary.ts'
import { count, span } from './format.ts'
import { plain } from './plain.ts'

/** What became of runs that were given up, or whose end was not heard for another reason; all empty where there was none. */
export interface LostRunsView {
  readonly sentences: readonly string[]
  /** How many came to what, in the order of the vocabulary. */
  readonly fates: readonly { readonly count: string; readonly what: string }[]
  /** Sentences on what they cost, and on how far all this can be relied on. */
  readonly notes: readonly string[]
  /** Of those that may still be running. */
  readonly ids: readonly string[]
}

/** More than these are in `run.json`. */
const MOST_IDS = 20

/** The view of `givenUp` and `reconciled`; a budget of tokens has booked something of what they cost. */
export function lostRuns(
  { givenUp, reconciled }: Pick<RunSummary, 'givenUp' | 'reconciled'>,
  { tokens: budget }: Pick<Limits, 'tokens'>,
): LostRunsView {
  const { lost, mayStillRun } = reconciled
  return {
    sentences: [...stops(givenUp), ...(lost > 0 ? [`The end of ${runs(lost)} was not heard. ${LOOKED_UP[reconciled.lookUp]}`] : [])],
    fates: FATES.flatMap((fate) => {
      const many = reconciled.fates[fate] ?? 0
      return many > 0 ? [{ count: count(many), what: whatBecame(fate) }] : []
    }),
    notes: [...costs(reconciled, budget === undefined ? 'without-budget' : 'with-budget'), ...inLogs(reconciled), ...still(reconciled)],
    ids: mayStillRun.ids.slice(0, MOST_IDS).map((id) => plain(id, 80)),
  }
}

const runs = (many: number): string => `${count(many)} ${many === 1 ? 'run' : 'runs'}`

function stops({ stopped, stopFailed, noTaskId, blocking }: RunSummary['givenUp']): readonly string[] {
  const total = stopped + stopFailed + noTaskId + blocking
  if (total === 0) return []
  const parts = [
    [stopped, 'asked to stop on the server'],
    [stopFailed, 'could not be asked to stop'],
    [noTaskId, 'had no task id yet to stop them by'],
    [blocking, 'blocking, which cannot be stopped'],
  ] as const
  const told = parts.filter(([many]) => many > 0).map(([many, what]) => `${count(many)} ${what}`)
  return [`${runs(total)} ${total === 1 ? 'was' : 'were'} given up: ${told.join(', ')}.`]
}

const LOOKED_UP: Readonly<Record<Reconciled['lookUp'], string>> = {
  needless: '',
  whole: 'Looked up afterwards, they had come to this:',
  skipped: 'Looking up what became of them was cut short by a signal:',
  deadline: 'Looking up what became of them took too long and was cut short:',
  unanswered: 'The server gave no answers when asked what became of them:',
  refused: 'The server no longer took the key when asked what became of them:',
  'too-many': 'They are more than are looked up one by one:',
  never: 'Nobody looked up what became of them, since flowbench was killed first:',
}

function whatBecame(fate: Fate): string {
  switch (fate) {
    case 'succeeded':
      return 'succeeded after all'
    case 'partial':
      return 'succeeded in part'
    case 'workflow-failed':
      return 'failed'
    case 'stopped':
      return 'stopped'
    case 'stop-unconfirmed':
      return 'asked to stop, still running when last asked: a stop in mid-text Dify never writes down, so they may be over'
    case 'paused':
      return 'wait for a person'
    case 'running':
      return 'still running by the server’s own word'
    case 'no-trace':
      return 'left no trace: never begun, or still in the server’s queue'
    case 'unknown':
      return 'unknown: nobody could tell'
  }
}

function costs({ elapsedUs, tokens, fates, lost }: Reconciled, budget: 'with-budget' | 'without-budget'): readonly string[] {
  if (lost === 0 || (elapsedUs === 0 && tokens.reported === 0 && tokens.estimated === 0 && tokens.unpricedRuns === 0)) return []
  if (elapsedUs === 0 && tokens.unpricedRuns === lost)
    return ['What they cost is not known: the server told nothing, and no run succeeded to estimate by.']
  const reported = `${count(tokens.reported)} tokens as the server reports`
  const estimated =
    tokens.estimated > 0
      ? `, and about ${count(tokens.estimated)} more by estimate for ${runs(tokens.estimatedRuns)} of which it reports none`
      : ''
  const unpriced =
    tokens.unpricedRuns > 0
      ? ` What ${runs(tokens.unpricedRuns)} cost cannot even be estimated, since no run of theirs succeeded to go by.`
      : ''
  const time = elapsedUs > 0 ? `took ${span(elapsedUs)} of the server’s time in sum and ` : ''
  const elsewhere =
    budget === 'with-budget'
      ? 'None of it is in any other number but the budget of tokens, which has booked each as it was reserved before its send.'
      : 'None of it is in any other number.'
  return [`They ${time}cost ${reported}${estimated}. ${elsewhere}${unpriced}${fates.running ? ' Some go on.' : ''}`]
}

function inLogs({ inLogs: found, lookUp }: Reconciled): readonly string[] {
  if (!found) return []
  const { user, nameless, runs: many, fates } = found
  const who = `${runs(nameless)} never told an id and ${nameless === 1 ? 'was' : 'were'} looked for in the app’s logs, by user and as counts: `
  const listed = FATES.flatMap((fate) => (fates[fate] ? [`${count(fates[fate])} ${fate}`] : [])).join(', ')
  const far = lookUp === 'whole' ? '' : 'as far as they were read '
  const held =
    many === 0 ? `${far}they hold none that is not accounted for.` : `${far}they hold ${runs(many)} not accounted for (${listed}).`
  const shared =
    user === 'shared' ? ' Others may run as the same user, so theirs may be among them; `{{run}}` in `user` would tell them apart.' : ''
  const crowded = many > nameless ? ' That is more than were lost, so nobody can say which are which.' : ''
  return [`${who}${held}${crowded}${shared}`]
}

function still({ mayStillRun: { running, untold, waiting, ids } }: Reconciled): readonly string[] {
  const all = running + untold + waiting
  if (all === 0) return []
  const more =
    ids.length > MOST_IDS ? ` The first ${MOST_IDS} ids; run.json holds ${count(ids.length)}.` : ids.length > 0 ? ' Their ids:' : ''
  return [`Up to ${count(all)} may still be running on the server, and may cost tokens.${more}`]
}
