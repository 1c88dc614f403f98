// What one run costs the client in CPU: our exchange against the built-in fetch, side by side in one process, in turns.
//
//     npm run bench
//
// The target is the simulator in a process of its own, with a profile that never waits. Ratios mean something; times belong to the machine.
import { fileURLToPath } from 'node:url'
import type { Mode } from '../src/core/sample.ts'
import { seconds } from '../src/core/units.ts'
import { apiHeaders, runBody, runPath } from '../src/dify/request.ts'
import { createTransport } from '../src/http/connections.ts'
import { exchangeLimits, send } from '../src/run/send.ts'
import { startSimulatorProcess } from '../src/run/simulator-process.ts'
import { startSystemClock } from '../src/run/system-clock.ts'

const ROUNDS = 5
const RUNS = 300
const AT_ONCE = 16

const simulator = await startSimulatorProcess(fileURLToPath(new URL('./fast.yaml', import.meta.url)), { seed: 1 })
const clock = startSystemClock()
const transport = createTransport({ origin: new URL(simulator.url).origin, connections: 'reuse' }, clock, {
  opened: () => {},
  closed: () => {},
})
const limit = seconds(10)
const limits = {
  connect: limit,
  firstEvent: limit,
  idle: limit,
  timeout: { blocking: limit, streaming: limit },
  linger: limit,
  drain: limit,
  inFlight: AT_ONCE,
}
const headers = apiHeaders('app-benchmark', {})
const bodyOf = (mode: Mode) => runBody({ inputs: { text: 'hi' }, mode, user: 'bench' })

const clients: Record<string, (mode: Mode) => Promise<void>> = {
  flowbench: (mode) =>
    new Promise((resolve, reject) => {
      const order = { seq: 0, phase: 'bench', n: 0, inputSet: 'bench', mode, intended: clock.now() }
      const request = { method: 'POST', path: `/v1${runPath()}`, headers, body: bodyOf(mode) } as const
      send(
        order,
        request,
        { transport, clock, limits: exchangeLimits(limits, mode), record: [] },
        {
          ended: ({ outcome }) => (outcome.kind === 'succeeded' ? resolve() : reject(new Error(outcome.kind))),
          closed: () => {},
        },
      )
    }),
  fetch: async (mode) => {
    const reply = await fetch(simulator.url + runPath(), { method: 'POST', headers, body: bodyOf(mode) })
    const text = await reply.text()
    if (!text.includes('succeeded')) throw new Error(`fetch got ${reply.status}`)
  },
}

/** CPU of this process in µs for each of `RUNS` runs. */
async function cost(client: (mode: Mode) => Promise<void>, mode: Mode): Promise<number> {
  let left = RUNS
  const before = process.cpuUsage()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) await client(mode)
    }),
  )
  const { user, system } = process.cpuUsage(before)
  return (user + system) / RUNS
}

for (const mode of ['blocking', 'streaming'] as const) {
  const costs = new Map(Object.keys(clients).map((name) => [name, [] as number[]]))
  for (let round = 0; round <= ROUNDS; round++)
    for (const [name, client] of Object.entries(clients)) {
      const micros = await cost(client, mode)
      // The first round warms both.
      if (round > 0) costs.get(name)?.push(micros)
    }
  const median = (name: string) => (costs.get(name) ?? []).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN
  const told = Object.keys(clients).map((name) => `${name} ${median(name).toFixed(0)} µs`)
  process.stdout.write(
    `${mode}: CPU a run, median of ${ROUNDS} rounds: ${told.join(', ')}; ratio ${(median('flowbench') / median('fetch')).toFixed(2)}\n`,
  )
}
transport.close()
clock.close()
await simulator.stop()
