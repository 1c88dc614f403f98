import { afterAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../src/simulator/server.ts'
import { profileOf, SIMPLE } from './profiles.ts'
import { eventsOf, get, post, type RawRequest, rawCall, runRequest } from './raw-call.ts'

const simulators: Simulator[] = []
afterAll(async () => {
  await Promise.all(simulators.map((simulator) => simulator.close()))
})

/** Long enough to be asked about while it runs, on a machine that has other things to do. */
const LONG = SIMPLE.replace('first: 70ms', 'first: 900ms')

async function start(more = '', workflow = SIMPLE): Promise<Simulator> {
  const simulator = await startSimulator({ profile: profileOf(`${workflow}${more}`) })
  simulators.push(simulator)
  return simulator
}

const page = async ({ url }: Simulator, query: string) => {
  const { status, body } = await rawCall(url, get(`/v1/workflows/logs?${query}`))
  return { status, ...JSON.parse(body) }
}
const detail = async ({ url }: Simulator, id: string) => JSON.parse((await rawCall(url, get(`/v1/workflows/run/${id}`))).body)
const as = (user: string, request: RawRequest): RawRequest => ({
  ...request,
  body: JSON.stringify({ ...JSON.parse(String(request.body ?? '{}')), user }),
})
const statuses = (logs: { data: { workflow_run: { status: string } }[] }) => logs.data.map(({ workflow_run }) => workflow_run.status)

/** Lets a run begin, and says what it is called. */
async function begun({ url }: Simulator) {
  const { body } = await rawCall(url, runRequest('streaming'), { until: (text) => text.includes('workflow_started') })
  const { workflow_run_id, task_id } = eventsOf(body.slice(0, body.lastIndexOf('\n\n') + 2)).find(
    ({ event }) => event === 'workflow_started',
  )!
  return { id: workflow_run_id, task: task_id }
}

/** Asks until the simulator has no run under way. */
async function idle(simulator: Simulator) {
  await expect.poll(() => simulator.stats().active, { interval: 5, timeout: 5000 }).toBe(0)
}

describe('what a server knows of runs afterwards', () => {
  it('is asked for by the user that they ran as, a hundred at a time at most', async () => {
    const simulator = await start()
    await Promise.all(['anna', 'anna', 'ben'].map((user) => rawCall(simulator.url, as(user, runRequest('blocking')))))
    const [annas, bens, nobodys, all] = await Promise.all(
      ['created_by_end_user_session_id=anna', 'created_by_end_user_session_id=ben', 'created_by_end_user_session_id=cy', 'limit=100'].map(
        (query) => page(simulator, query),
      ),
    )
    expect([annas.total, bens.total, nobodys.total, all.total]).toEqual([2, 1, 0, 3])
    expect(annas.data.map((row: { created_by_end_user: object }) => row.created_by_end_user)).toEqual([
      expect.objectContaining({ session_id: 'anna' }),
      expect.objectContaining({ session_id: 'anna' }),
    ])
    const second = await page(simulator, 'created_by_end_user_session_id=anna&limit=1&page=2')
    expect([second.data.length, second.has_more, second.total]).toEqual([1, false, 2])
    for (const query of ['limit=101', 'limit=0', 'page=0', 'page=x']) expect((await page(simulator, query)).status).toBe(400)
  })

  it('a run that was stopped is stored as stopped, or where it ended in mid-text stays running for good: two ways of one server', async () => {
    for (const [way, status] of [
      ['aborted', 'stopped'],
      ['stopped', 'running'],
    ] as const) {
      const simulator = await start(`stop: ${way}\n`, LONG)
      const { id, task } = await begun(simulator)
      expect(await detail(simulator, id)).toMatchObject({ status: 'running', elapsed_time: 0, finished_at: null })
      await rawCall(simulator.url, post(`/v1/workflows/tasks/${task}/stop`, { user: 'lab-user' }))
      await idle(simulator)
      expect(await detail(simulator, id)).toMatchObject({ status, total_tokens: 0 })
      expect(statuses(await page(simulator, ''))).toEqual([status])
    }
  })

  it('a run whose client went away is in the logs as soon as it runs, and ends there', async () => {
    const simulator = await start('', LONG)
    const { id } = await begun(simulator)
    expect(statuses(await page(simulator, 'created_by_end_user_session_id=lab-user'))).toEqual(['running'])
    await idle(simulator)
    expect(await detail(simulator, id)).toMatchObject({ status: 'succeeded', total_tokens: 10 })
    expect(statuses(await page(simulator, 'status=succeeded'))).toEqual(['succeeded'])
  })

  it('a run whose worker was lost stays running for good', async () => {
    const simulator = await start('outcomes: { no-result: 100% }\n')
    for (let run = 0; run < 6; run++) await rawCall(simulator.url, runRequest('streaming'))
    await idle(simulator)
    const logs = await page(simulator, '')
    expect(logs.total).toBe(simulator.stats().started)
    expect(new Set(statuses(logs))).toEqual(new Set(['running']))
  })
})
