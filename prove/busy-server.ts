import { exponential, keyed } from '../src/core/random.ts'
import { type Micros, micros } from '../src/core/units.ts'
import { createModel } from '../src/simulator/model.ts'
import { parseProfile } from '../src/simulator/profile.ts'
import { VirtualClock } from '../test/helpers/virtual-clock.ts'

/** Eight workers, and one node whose time is drawn. */
const PROFILE = `
description: eight workers
slots: { connections: 1000000, workers: 8, api: 8 }
times: { admission: 0ms, start: 0ms, between: 0ms }
nodes: [{ id: work, title: Work, type: code, takes: { lognormal: { median: 160ms, sigma: 0.5 } } }]
outputs: {}
`
/** Of that law, in seconds: the median times e^(σ²/2). */
const MEAN_SERVICE = 0.16 * Math.exp(0.125)
const WORKERS = 8

/** Response times (µs) of the simulator's own model under Poisson arrivals, in order of arrival, under virtual time. */
export function responsesOfBusyServer({
  utilisation,
  count,
  seed,
}: {
  readonly utilisation: number
  readonly count: number
  readonly seed: number
}): Float64Array {
  const clock = new VirtualClock()
  const profile = parseProfile(PROFILE, 'busy', 'busy.yaml')
  const model = createModel(
    { ...profile, close: { afterFinished: micros(0), afterError: micros(0), afterSilence: micros(0) } as typeof profile.close },
    clock,
    { seed },
  )
  const gaps = keyed(seed, 'arrivals')
  const rate = (utilisation * WORKERS) / MEAN_SERVICE / 1e6
  const responses = new Float64Array(count)
  let arrived = 0
  const arrive = (at: Micros) => {
    const n = arrived++
    model.begin(
      { mode: 'streaming', user: 'u', inputs: {} },
      {
        say(message, moment) {
          if (message.kind === 'event' && message.name === 'workflow_finished') responses[n] = moment - at
        },
      },
    )
    if (arrived < count) next(at)
  }
  const next = (from: Micros) => {
    const at = micros(from + exponential(gaps) / rate)
    clock.at(at, () => arrive(at))
  }
  next(micros(0))
  while (clock.step());
  return responses
}
