import type { Overload, OverloadEvidence, OverloadKind } from '../../core/diagnosis.ts'
import { unreachable } from '../../core/errors.ts'
import type { PhaseSummary } from '../../core/phase-summary.ts'
import { counted, time } from '../../measure/figures.ts'

/** The settings of Dify to look at for each kind. */
export const KNOBS: Readonly<Record<Exclude<OverloadKind, 'unclear'>, string>> & Readonly<Record<OverloadKind, string>> = {
  connections: '`SERVER_WORKER_AMOUNT` × `SERVER_WORKER_CONNECTIONS`, the close delay, connections that clients keep open',
  workers: '`CELERY_WORKER_AMOUNT`',
  'worker-cpu': 'cores and number of the workers, the sandbox, the model’s provider',
  'api-connections': '`SERVER_WORKER_AMOUNT` × `SERVER_WORKER_CONNECTIONS`',
  'api-cpu': '`SERVER_WORKER_AMOUNT`, or streaming mode, which runs in the workers',
  'database-pool': '`SQLALCHEMY_POOL_SIZE`, or a load that rises more slowly',
  limit: '`APP_MAX_ACTIVE_REQUESTS`, or a quota',
  unclear: 'nothing',
}

/** What an overload is called in a sentence. */
const NAMES: Readonly<Record<OverloadKind, string>> = {
  connections: 'connection slots of the API are full',
  workers: 'worker slots are full',
  'worker-cpu': 'the workers themselves got slower',
  'api-connections': 'connection slots of the API are full',
  'api-cpu': 'the API process, which runs blocking workflows itself, is short of CPU',
  'database-pool': 'the database pool was empty',
  limit: 'a limit was met',
  unclear: 'it is not clear',
}

interface Facts extends Pick<Overload, 'evidence' | 'against' | 'node'> {
  readonly loaded: PhaseSummary
  readonly suspects: readonly OverloadKind[]
}

/** Why nothing can be named: a sentence. */
export function withoutCause(why: 'nothing-grew' | 'nothing-lighter' | 'silent' | 'own-loop' | 'held-back'): string {
  switch (why) {
    case 'nothing-grew':
      return 'Runs took no longer than under less load.'
    case 'nothing-lighter':
      return 'There is no lighter phase in this mode to hold it against.'
    case 'silent':
      return 'Many exchanges waited in vain, as hardly any did under less load, and of those the parts of a run tell nothing. Raise the time limits to see where they wait.'
    case 'own-loop':
      return 'Runs took longer, but by no more than our own event loop stood still, so that it may be ours.'
    case 'held-back':
      return 'Runs took longer, but their events were held back on the way, by a proxy or by an API process that is short of CPU, so that the moments in between say nothing of the rest.'
    default:
      return unreachable(why)
  }
}

/** What was seen and what follows from it, in whole sentences. */
export function because(kind: OverloadKind, facts: Facts): string {
  const part = (name: OverloadEvidence['part']) => change(facts, name)
  switch (kind) {
    case 'connections':
      return `The first byte came after ${part('firstByte')}, and what follows it took about as long as before: ${NAMES[kind]}, and runs wait before the API has read them.`
    case 'workers':
      return `The first byte came on time, but from there to the first event it took ${part('admission')}, while the run itself took as long as before: ${NAMES[kind]}, and runs wait in their queue.`
    case 'worker-cpu':
      return `The server’s own time for a run grew to ${part('engine')}${gaps(facts)}${node(facts)}: ${NAMES[kind]}, by CPU, sandbox or model.`
    case 'api-connections':
      return `Outside the run itself it took ${part('outside')}, while the run took as long as before: ${NAMES[kind]}, and runs wait before the API has read them.`
    case 'api-cpu':
      return `The server’s own time for a run grew to ${part('engine')}: ${NAMES[kind]}.`
    case 'database-pool': {
      const { count, p50 } = facts.loaded.internalErrors ?? { count: 0, p50: 0 }
      return `${counted(count, 'exchange')} heard nothing for ${time(p50)} (median) and then got HTTP 500: ${NAMES[kind]}, as after a burst, and each waited in vain for a connection to the database.`
    }
    case 'limit':
      return `${facts.loaded.outcomes.throttled ?? 0} of ${counted(facts.loaded.intended, 'exchange')} were throttled: ${NAMES[kind]}, and it says nothing of what the server can do.`
    case 'unclear': {
      if (facts.suspects.length === 0)
        return `Runs took longer, but no part of their time tells why: ${list(facts.evidence.flatMap(told(facts)))}.`
      const names = [...new Set(facts.suspects.map((suspect) => `${NAMES[suspect]} (${suspect})`))]
      return `More than one thing grew (${list(facts.evidence.flatMap(told(facts)))}), so that ${names.length === 1 ? 'one' : 'each'} of these may be it, or both: ${names.join('; ')}. Change one knob at a time.`
    }
    default:
      return unreachable(kind)
  }
}

const PARTS: Readonly<Record<OverloadEvidence['part'], string>> = {
  firstByte: 'until the first byte',
  admission: 'from there to the first event',
  engine: 'on the server',
  delivery: 'on the way back',
  outside: 'outside the run',
  textGap: 'between two texts',
  internalError: 'until an HTTP 500',
}

const told =
  (facts: Facts) =>
  ({ part, lighter, loaded }: OverloadEvidence): readonly string[] =>
    lighter !== undefined && loaded <= lighter ? [] : [`${PARTS[part]} ${change(facts, part)}`]

/** `742 ms (p50), against 11 ms at concurrency 1`. */
function change({ evidence, against }: Pick<Facts, 'evidence' | 'against'>, part: OverloadEvidence['part']): string {
  const found = evidence.find((one) => one.part === part)
  if (!found) return 'longer'
  const { statistic, lighter, loaded } = found
  return `${time(loaded)} (${statistic})${lighter === undefined ? '' : `, against ${time(lighter)}${against === undefined ? '' : ` at ${against}`}`}`
}

function gaps({ evidence }: Facts): string {
  const gap = evidence.find(({ part }) => part === 'textGap')
  return gap?.lighter === undefined || gap.loaded <= gap.lighter
    ? ''
    : `, and the silence between two texts from ${time(gap.lighter)} to ${time(gap.loaded)}`
}

const node = ({ node }: Facts): string =>
  node ? `, most of it in node “${node.title}”, from ${time(node.lighter)} to ${time(node.loaded)}` : ''

const list = (parts: readonly string[]): string => parts.join('; ')
