import type { Clock } from '../core/clock.ts'
import type { LookUp } from '../core/fate.ts'
import type { LogLine } from '../core/record.ts'
import { type Micros, micros, seconds } from '../core/units.ts'
import { type AskPorts, createStoredRuns, type StoredRuns } from './ask-stored.ts'
import { type Journal, note } from './journal.ts'
import type { LostRun, LostRuns } from './lost-runs.ts'

export interface LookUpPorts extends AskPorts {
  readonly journal: Journal
  /** Wall-clock time at the clock's zero, in ms since 1970: what the logs hold from before is none of ours. */
  readonly zeroWall: number
}

/** The end of a run waits no longer than this for what became of the runs that it lost. */
const DEADLINE = seconds(30)
/** With the one that reads the logs, eight at a time: what a target under test bears. */
const ASKED_AT_ONCE = 7
/** A stop takes effect within 250 ms on a real server that is not busy; who waited for its slot has begun by then. */
const SECOND_LOOK = seconds(1)
/** After the second one: a worker that was busy has come to write down what it stopped, if it ever does. */
const THIRD_LOOK = seconds(3)
/** So many questions in a row without an answer, and the server is not asked any more. */
const PATIENCE = 8
/** Pages of logs that are read in all, of a hundred runs each. */
const MOST_PAGES = 50
/** Whole seconds, and two clocks compared by a header of whole seconds. */
const CLOCK_SLACK_MS = 2000

/**
 * Looks up what became of runs whose end was not heard: by id where it is known, else in the logs of the users they ran as. For after the
 * load, once nothing is measured. Writes every answer to the journal, and last how far it came; never throws for what a server does, and
 * ends by the deadline or as soon as `skip` says.
 */
export async function lookUp(lost: LostRuns, ports: LookUpPorts, skip: AbortSignal): Promise<void> {
  const { clock, journal } = ports
  if (lost.count === 0) return
  let came: LookUp = lost.overflow ? 'too-many' : 'whole'
  const over = new AbortController()
  const end = (why: LookUp) => {
    if (over.signal.aborted) return
    came = why
    over.abort()
  }
  const person = () => end('skipped')
  if (skip.aborted) person()
  else {
    skip.addEventListener('abort', person, { once: true })
    const cancel = clock.at(micros(clock.now() + DEADLINE), () => end('deadline'))
    const many = lost.count === 1 ? 'a run whose end was' : `${lost.count} runs whose ends were`
    note(journal, clock, 'looking-up', `Looking up what became of ${many} not heard (${DEADLINE / 1e6} s at most; Ctrl-C skips it).`)
    const fallShort = (why: LookUp) => {
      if (came === 'whole') came = why
    }
    const work: Work = {
      stored: createStoredRuns(ports, over.signal),
      over: over.signal,
      tell: journal,
      patience: createPatience(end),
      fallShort,
    }
    await Promise.all([askEach(lost.named(), work, clock), readLogs(lost, work, ports)])
    cancel()
    skip.removeEventListener('abort', person)
  }
  journal({ lookedUp: came, at: clock.now() })
}

interface Work {
  readonly stored: StoredRuns
  /** Nothing more may be asked. */
  readonly over: AbortSignal
  readonly tell: (line: LogLine) => void
  readonly patience: Patience
  /** Something stays unasked; the rest goes on. */
  readonly fallShort: (why: LookUp) => void
}

interface Patience {
  answered(): void
  /** The server did not answer one question, or does not take the key. */
  failed(kind: 'silent' | 'refused' | 'unreadable'): void
}

function createPatience(end: (why: LookUp) => void): Patience {
  let inARow = 0
  return {
    answered() {
      inARow = 0
    },
    failed(kind) {
      if (kind === 'refused') end('refused')
      else if (++inARow >= PATIENCE) end('unanswered')
    },
  }
}

/** Asks for each run, and twice more for those that were running: a stop takes a moment, on a busy server several. */
async function askEach(runs: readonly LostRun[], work: Work, clock: Clock): Promise<void> {
  let running = await askOnce(
    runs.map((run) => [run, undefined] as const),
    work,
    clock,
  )
  for (const later of [SECOND_LOOK, THIRD_LOOK]) {
    if (running.size > 0) await pause(micros(clock.now() + later), clock, work.over)
    running = await askOnce([...running], work, clock)
  }
  for (const last of running.values()) work.tell(last)
}

/** Tells of all that are over, or that nobody knows; gives those that are running, with what was said last. */
async function askOnce(
  runs: readonly (readonly [LostRun, FateLine | undefined])[],
  work: Work,
  clock: Clock,
): Promise<ReadonlyMap<LostRun, FateLine>> {
  // Whom there is no time to ask again was running when last asked.
  const running = new Map(runs.flatMap(([run, last]) => (last ? [[run, last] as const] : [])))
  await sevenAtATime(runs, work.over, async ([run, last]) => {
    const line = await askFor(run, work, clock)
    if (line?.stored?.status === 'running') running.set(run, line)
    else if (line && (line.stored || !last)) {
      running.delete(run)
      work.tell(line)
    }
  })
  return running
}

type FateLine = Extract<LogLine, { fate: number }>

/** The line that tells of one run; undefined where we did not wait for the answer. */
async function askFor({ seq, workflowRunId }: LostRun, { stored, patience }: Work, clock: Clock): Promise<FateLine | undefined> {
  const answer = await stored.detail(workflowRunId)
  switch (answer.kind) {
    case 'given-up':
      return undefined
    case 'told':
      patience.answered()
      return { fate: seq, at: clock.now(), stored: answer.value }
    case 'not-found':
      patience.answered()
      return { fate: seq, at: clock.now(), unanswered: answer.why }
    default:
      patience.failed(answer.kind)
      return { fate: seq, at: clock.now(), unanswered: answer.why }
  }
}

/** Reads the users' logs one page after another, back to the beginning of this run. */
async function readLogs(
  lost: LostRuns,
  { stored, patience, tell, fallShort, over }: Work,
  { clock, zeroWall }: Pick<LookUpPorts, 'clock' | 'zeroWall'>,
): Promise<void> {
  const users = lost.users()
  if (users.length > 0 && lost.named().length > 0) await pause(micros(clock.now() + SECOND_LOOK), clock, over)
  let pages = 0
  for (const user of users)
    for (let page = 1, more = true; more; page++) {
      if (++pages > MOST_PAGES) return fallShort('too-many')
      const answer = await stored.logs(user, page)
      if (answer.kind === 'given-up') return
      if (answer.kind !== 'told') {
        patience.failed(answer.kind === 'not-found' ? 'silent' : answer.kind)
        // Later pages and other users would fare no better.
        return fallShort('unanswered')
      }
      patience.answered()
      const ahead = answer.serverTime === undefined ? 0 : answer.serverTime - (zeroWall + clock.now() / 1e3)
      const began = (zeroWall + ahead - CLOCK_SLACK_MS) / 1e3
      // A server that does not know the filter lists everybody's runs.
      for (const { id, run, created = Number.POSITIVE_INFINITY, user: of = user } of answer.value.runs)
        if (created >= began && of === user) tell({ logged: id, at: clock.now(), stored: run })
      more = answer.value.more && answer.value.runs.every(({ created = began }) => created >= began)
    }
}

async function sevenAtATime<T>(items: readonly T[], over: AbortSignal, act: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length && !over.aborted) await act(items[next++]!)
  }
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, worker))
}

/** Until `at`, or sooner where all is over. */
const pause = (at: Micros, clock: Clock, over: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (over.aborted) return resolve()
    const done = () => {
      cancel()
      over.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.at(at, done)
    over.addEventListener('abort', done, { once: true })
  })
