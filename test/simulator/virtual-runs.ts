import { exponential, keyed } from '../../src/core/random.ts'
import { type Micros, micros } from '../../src/core/units.ts'
import { createModel, type Model, type RunObserver, type RunOrder } from '../../src/simulator/model.ts'
import type { Profile } from '../../src/simulator/profile-schema.ts'
import type { RunRecord } from '../../src/simulator/run-record.ts'
import type { Message } from '../../src/simulator/stage.ts'
import { VirtualClock } from '../helpers/virtual-clock.ts'

/** What was said of one run, and when. */
export interface Heard extends RunObserver {
  readonly said: { readonly what: string; readonly at: number; readonly message: Message }[]
}

const nameOf = (message: Message) => (message.kind === 'event' ? message.name : message.kind)

export function listener(): Heard {
  const said: Heard['said'] = []
  return { said, say: (message, at) => said.push({ what: nameOf(message), at, message }) }
}

export type Mode = RunOrder['mode']
export const order = (mode: Mode): RunOrder => ({ mode, user: 'u', inputs: {} })

/** Starts runs at the moments given and lets all of them end. */
export function runAt(
  profile: Profile,
  mode: Mode,
  moments: readonly number[],
): { readonly model: Model; readonly heard: readonly Heard[]; readonly records: readonly RunRecord[] } {
  const clock = new VirtualClock()
  const model = createModel(profile, clock, { seed: 1 })
  const heard: Heard[] = []
  const records: RunRecord[] = []
  for (const moment of moments)
    clock.at(micros(moment), () => {
      const one = listener()
      heard.push(one)
      records.push(model.begin(order(mode), one).record)
    })
  while (clock.step());
  return { model, heard, records }
}

/** `count` Poisson arrivals at `rate` per second: the records of all runs, once all are over. */
export function runPoisson(
  profile: Profile,
  mode: Mode,
  { rate, count, seed = 1 }: { readonly rate: number; readonly count: number; readonly seed?: number },
): readonly RunRecord[] {
  const clock = new VirtualClock()
  const model = createModel(profile, clock, { seed })
  const random = keyed(seed, 'arrivals')
  const records: RunRecord[] = []
  let at = 0
  const arrive = () => {
    records.push(model.begin(order(mode), { say() {} }).record)
    if (records.length >= count) return
    at += (exponential(random) * 1e6) / rate
    clock.at(Math.round(at) as Micros, arrive)
  }
  clock.at(micros(0), arrive)
  while (clock.step());
  return records
}

/** A closed loop without think time: the records of the first `count` runs in order of their ends. */
export function runClosed(
  profile: Profile,
  mode: Mode,
  { clients, count }: { readonly clients: number; readonly count: number },
): readonly RunRecord[] {
  const clock = new VirtualClock()
  const model = createModel(profile, clock, { seed: 1 })
  const ended: RunRecord[] = []
  const next = () => {
    const { record } = model.begin(order(mode), {
      say(message) {
        const isLast = message.kind === 'reply' || (message.kind === 'event' && message.name === 'workflow_finished')
        if (!isLast || ended.length >= count) return
        ended.push(record)
        clock.at(clock.now(), next)
      },
    })
  }
  for (let client = 0; client < clients; client++) next()
  while (clock.step());
  return ended
}
