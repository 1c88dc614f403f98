import { afterAll, expect, it } from 'vitest'
import { loadProfile } from '../../src/simulator/profile.ts'
import type { Profile } from '../../src/simulator/profile-schema.ts'
import { type Simulator, startSimulator } from '../../src/simulator/server.ts'
import { eventsOf, rawCall, runRequest } from './raw-call.ts'
import { bodyOf, headersOf, recordingOf, withoutChance } from './recordings.ts'

const simulators: Simulator[] = []
async function start(profile: Profile): Promise<string> {
  const simulator = await startSimulator({ profile })
  simulators.push(simulator)
  return simulator.url
}
afterAll(() => Promise.all(simulators.map((simulator) => simulator.close())))

const burst = (url: string, mode: 'blocking' | 'streaming', count: number) =>
  Promise.all(Array.from({ length: count }, () => rawCall(url, runRequest(mode))))

it.each([
  ['error-500-database-pool', 'blocking'],
  ['error-500-database-pool-streaming', 'streaming'],
] as const)('answers a burst on an empty database pool as in %s', async (name, mode) => {
  const profile = loadProfile('database-pool')
  const database = { ...profile.database!, connections: 2, timeout: 300_000 as Profile['times']['ping'] }
  const replies = await burst(await start({ ...profile, database }), mode, 4)
  const refused = replies.find(({ status }) => status === 500)!
  const { response } = recordingOf(name)
  expect(headersOf(refused.headers)).toEqual(headersOf(response.headers))
  expect(refused.body).toBe(bodyOf(recordingOf(name)))
})

it("answers past the app's limit as recorded, status 400 and not 429", async () => {
  const recording = recordingOf('error-over-app-limit-blocking')
  const replies = await burst(await start({ ...loadProfile('limited'), appLimit: 2 }), 'blocking', 3)
  const refused = replies.find(({ status }) => status !== 200)!
  expect(refused.status).toBe(recording.response.status)
  expect(headersOf(refused.headers)).toEqual(headersOf(recording.response.headers))
  expect(withoutChance(refused.body)).toBe(withoutChance(bodyOf(recording)))
})

it('names the proxy in front in the header Server, in streams and in replies', async () => {
  const url = await start(loadProfile('proxied'))
  const [stream, reply] = [await rawCall(url, runRequest('streaming')), await rawCall(url, runRequest('blocking'))]
  for (const { headers } of [stream, reply])
    expect(Object.fromEntries(headers)).toMatchObject({ Server: 'nginx', Connection: 'keep-alive' })
  expect(eventsOf(stream.body).at(-1)!.event).toBe('workflow_finished')
})
