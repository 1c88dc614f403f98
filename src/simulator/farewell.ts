import type { Random } from '../core/random.ts'
import { type Micros, micros } from '../core/units.ts'
import * as events from './events.ts'
import { uuid } from './ids.ts'
import { nodeStarted } from './node-events.ts'
import type { RunPlan } from './plan-run.ts'
import type { Profile } from './profile-schema.ts'
import type { RunRecord } from './run-record.ts'
import type { Script } from './script.ts'
import type { Ending, Message } from './stage.ts'

/** The last that a run's client hears. */
export interface Farewell {
  readonly says: readonly Message[]
  /** What the run is then; `lost` with its worker. */
  readonly state: 'over' | 'lost'
  /** How long the exchange is held after that, and how it ends. */
  readonly holds: Micros
  readonly ending: Ending
}

const AT_ONCE = micros(0)
const END: Ending = { kind: 'end' }

const event = (one: { readonly event: string }): Message => ({ kind: 'event', name: one.event, event: one })
const reply = (status: number, body: object): Farewell => ({
  says: [{ kind: 'reply', status, body }],
  state: 'over',
  holds: AT_ONCE,
  ending: END,
})

/** An answer in Dify's shape of an error. */
const refusal = (status: number, code: string, message: string) => reply(status, { code, message, status })

const cutOff = (plan: RunPlan): Farewell => ({
  says: [],
  state: 'over',
  holds: AT_ONCE,
  ending: { kind: 'reset', by: plan.cutAt < 0.5 ? 'fin' : 'rst' },
})

/** No connection to the database was to be had in time: the same in both modes, and no stream begins. */
export const WITHOUT_DATABASE = reply(500, { message: 'Internal Server Error', code: 'unknown', status: 500 })

/** The app runs as many as it may. */
export const overLimit = (appId: string, limit: number): Farewell =>
  refusal(
    400,
    'invalid_param',
    `Too many requests. Please try again later. The current maximum concurrent requests allowed for ${appId} is ${limit}.`,
  )

const LIMIT_OF_PLAYED_REFUSALS = 2
const RATE_LIMITED = 'The rate limit was reached, please try again later.'
const REFUSED = 'query is required in input form'

/** How a run is turned away that is not to be queued; undefined where it is. `refusal`: what is wrong with its inputs. */
export function turnedAway(
  { close }: Profile,
  { plan, mode, identity }: RunRecord & { readonly plan: RunPlan },
  inputsRefused: string | undefined,
): Farewell | undefined {
  if (inputsRefused !== undefined || plan.play === 'rejected') {
    const message = inputsRefused ?? REFUSED
    return mode === 'blocking'
      ? refusal(400, 'invalid_param', message)
      : { says: [{ kind: 'ping' }, event(events.errorBeforeStart(message))], state: 'over', holds: close.afterError, ending: END }
  }
  switch (plan.play) {
    case 'disconnected':
      return cutOff(plan)
    case 'throttled':
      return plan.form === 'first' ? overLimit(identity.appId, LIMIT_OF_PLAYED_REFUSALS) : refusal(429, 'rate_limit_error', RATE_LIMITED)
    case 'bad-reply':
      return { says: [{ kind: 'nonsense', form: plan.form }], state: 'over', holds: AT_ONCE, ending: END }
    case 'no-result':
      return mode === 'streaming' && plan.form === 'second'
        ? { says: [{ kind: 'ping' }], state: 'lost', holds: close.afterSilence, ending: END }
        : undefined
    default:
      return undefined
  }
}

/** How a run takes its leave that has come to the end of its script at `at`. `wall`: a moment as whole Unix seconds. */
export function farewellOf(script: Script, { profile, plan, record, ids, wall }: FarewellContext, at: Micros): Farewell {
  const { close } = profile
  const { identity, mode, started = at } = record
  const { result, ending } = script
  const closing = { result, elapsed: Math.round(at - started) / 1e6, created: wall(started), finished: wall(at) }
  const says = (messages: readonly Message[], holds: Micros): Farewell => ({ says: messages, state: 'over', holds, ending: END })
  if (ending === 'silence') return { ...says([], close.afterSilence), state: 'lost' }
  if (ending === 'reset') return cutOff(plan)
  if (ending === 'error') return says([event(events.errorInRun(identity))], close.afterError)
  const form = ending === 'paused' ? { id: uuid(ids), token: uuid(ids).slice(0, 22), expires: wall(at) + 3600 } : undefined
  if (mode === 'blocking') return reply(200, events.blockingReply(identity, closing, form))
  if (!form) return says([event(events.workflowFinished(identity, closing))], close.afterFinished)
  const asked = [
    nodeStarted(identity, { id: uuid(ids), ...events.ASKING }, { created: wall(at) }),
    events.humanInputRequired(identity, form),
    events.workflowPaused(identity, closing, form),
  ]
  return says(asked.map(event), close.afterFinished)
}

interface FarewellContext {
  readonly profile: Profile
  readonly plan: RunPlan
  readonly record: RunRecord
  readonly ids: Random
  wall(at: Micros): number
}
