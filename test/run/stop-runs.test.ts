import { describe, expect, test } from 'vitest'
import type { StopResult } from '../../src/core/sample.ts'
import { createStopper } from '../../src/run/stop-runs.ts'
import { ms, s, sampleOf } from '../helpers/samples.ts'
import { VirtualClock } from '../helpers/virtual-clock.ts'
import { bytes, end, failed, head, JSON_TYPE, type Server, sent, virtualTransport } from '../helpers/virtual-transport.ts'

const answers =
  (status: number, length: number): Server =>
  () => [sent(0), head(length, status, JSON_TYPE), bytes(length, '{"result":"success"}'), end(length)]

function stopping(server: Server) {
  const clock = new VirtualClock()
  const transport = virtualTransport(clock, server)
  const told: [seq: number, result: StopResult, at: number][] = []
  const stopper = createStopper({
    transport,
    clock,
    base: '/v1',
    headers: { authorization: 'Bearer k' },
    told: ({ seq }, result) => told.push([seq, result, clock.now()]),
  })
  return { stopper, told, transport, settle: () => clock.run(stopper.settled()), clock }
}
const streaming = (seq: number) => sampleOf(seq, { taskId: `task-${seq}`, outcome: 'timed-out' })

describe('a run that was given up', () => {
  test('is stopped by its task, as the user it ran as', async () => {
    const { stopper, told, transport, settle } = stopping(answers(200, ms(5)))
    stopper.stop(streaming(3), 'user "x"')
    await settle()
    expect(told).toEqual([[3, 'stopped', ms(5)]])
    expect(transport.requests.map(({ request }) => request)).toEqual([
      { method: 'POST', path: '/v1/workflows/tasks/task-3/stop', headers: { authorization: 'Bearer k' }, body: '{"user":"user \\"x\\""}' },
    ])
  })

  test('cannot be stopped where it is a blocking one, or its task is not known: nothing is sent', async () => {
    const { stopper, told, transport, settle } = stopping(answers(200, 1))
    stopper.stop(sampleOf(1, { mode: 'blocking', taskId: 't' }), 'u')
    stopper.stop(sampleOf(2), 'u')
    await settle()
    expect(told).toEqual([
      [1, 'blocking', 0],
      [2, 'no-task-id', 0],
    ])
    expect(transport.requests).toEqual([])
  })

  test.each([
    ['the server refuses', answers(400, 1)],
    ['the server is gone', () => [failed(1, 'ECONNREFUSED')]],
    ['the server does not answer in 2 s', answers(200, s(3))],
    ['the server does not take the request', () => []],
  ] as const)('may still run where %s', async (_, server) => {
    const { stopper, told, settle, clock } = stopping(server)
    stopper.stop(streaming(1), 'u')
    await settle()
    expect(told.map(([seq, result]) => [seq, result])).toEqual([[1, 'stop-failed']])
    expect(clock.now()).toBeLessThanOrEqual(s(2))
  })

  test('waits its turn: eight are stopped at once, and all of them in the end', async () => {
    const { stopper, told, transport, settle } = stopping(answers(200, ms(100)))
    for (let seq = 0; seq < 20; seq++) stopper.stop(streaming(seq), 'u')
    await settle()
    expect(told.map(([seq, , at]) => [seq, at / 1000])).toEqual(
      Array.from({ length: 20 }, (_, seq) => [seq, 100 * (Math.floor(seq / 8) + 1)]),
    )
    expect(transport.requests).toHaveLength(20)
  })

  test('there is nothing to wait for where none was', async () => {
    const { settle, clock } = stopping(answers(200, 1))
    await settle()
    expect(clock.now()).toBe(0)
  })
})
