import { afterAll, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../src/simulator/server.ts'
import { profileOf } from './profiles.ts'
import { eventsOf } from './raw-call.ts'
import { again, bodyOf, recordingOf, sequenceOf, shapeOf } from './recordings.ts'

const simulators: Simulator[] = []
afterAll(() => Promise.all(simulators.map((simulator) => simulator.close())))

const workflow = (inputs: string, middle: string, outputs: string) => `
description: as recorded
inputs: ${inputs}
times: { admission: 1ms, start: 1ms, between: 1ms }
nodes:
  - { id: start, title: Start, type: start, takes: 1ms }
${middle}
  - { id: end, title: End, type: end, takes: 1ms }
outputs: ${outputs}
`
const each = (rounds: number, atOnce = 1) => `  - { id: gen, title: Code, type: code, takes: 2ms }
  - { id: it, title: Each, type: iteration, rounds: ${rounds}, atOnce: ${atOnce}, nodes: [{ id: each, title: Each item, type: template-transform, takes: 2ms, output: { output: x } }] }`
const http = (fails: string) =>
  `  - { id: http, title: Flaky, type: http-request, takes: 2ms, output: { body: ok }, fails: { share: 100%, every: 3ms, ${fails} } }`

const RECORDED = {
  'run-streaming-iteration-4': workflow('[{ variable: count, type: number }]', each(4), '{ out: it.output }'),
  'run-streaming-iteration-0': workflow('[{ variable: count, type: number }]', each(0), '{ out: it.output }'),
  'run-streaming-iteration-parallel': workflow('[{ variable: count, type: number }]', each(4, 10), '{ out: it.output }'),
  'run-streaming-loop': workflow(
    '[]',
    '  - { id: lp, title: Loop, type: loop, rounds: 3, of: 6, output: { num: 4 }, nodes: [{ id: inc, title: Increment, type: assigner, takes: 2ms }] }',
    '{ num: lp.num }',
  ),
  'run-streaming-node-retry-ok': workflow(
    '[{ variable: key, type: text-input }]',
    http('retries: 1, ends: succeeded'),
    '{ body: http.body }',
  ),
  'run-streaming-node-retry-exhausted': workflow('[]', http('retries: 2, ends: failed'), '{ body: http.body }'),
  'run-streaming-partial-succeeded': workflow('[]', http('ends: exception'), '{ body: http.body }'),
}

/** What the nodes of the lab's workflows take in and give is not what those of a profile do: only that it is an object, or null. */
function shapesWithoutValues(body: string): Record<string, unknown> {
  const shapes: Record<string, unknown> = {}
  for (const { event, data, ...envelope } of eventsOf(body)) {
    if (event.startsWith('node_')) for (const field of ['inputs', 'outputs', 'process_data']) if (data[field]) data[field] = {}
    if (data?.execution_metadata?.loop_variable_map) data.execution_metadata.loop_variable_map = {}
    shapes[`${event} ${data?.node_type ?? ''}`] ??= shapeOf({ event, ...envelope, data })
  }
  return shapes
}

it.each(Object.entries(RECORDED))('%s is told by the same events in the same order, with the same keys and types', async (name, yaml) => {
  const simulator = await startSimulator({ profile: profileOf(yaml) })
  simulators.push(simulator)
  const recording = recordingOf(name)
  const { body } = await again(simulator.url, recording)
  expect(sequenceOf(body)).toEqual(sequenceOf(bodyOf(recording)))
  expect(shapesWithoutValues(body)).toEqual(shapesWithoutValues(bodyOf(recording)))
  const [last, recorded] = [eventsOf(body).at(-1)!.data, eventsOf(bodyOf(recording)).at(-1)!.data]
  for (const field of ['status', 'total_steps', 'exceptions_count', 'error'] as const) expect(last[field], field).toEqual(recorded[field])
})

it('tells of the rounds as recorded: their numbers, their steps, and which round a node was in', async () => {
  for (const name of ['run-streaming-iteration-4', 'run-streaming-loop'] as const) {
    const simulator = await startSimulator({ profile: profileOf(RECORDED[name]) })
    simulators.push(simulator)
    const recording = recordingOf(name)
    const { body } = await again(simulator.url, recording)
    const told = (text: string) =>
      eventsOf(text)
        .filter(({ event, data }) => /^(iteration|loop)_/.test(event) || data?.iteration_id || data?.loop_id)
        .map(({ event, data }) => {
          const { iteration_duration_map: a, loop_duration_map: b, loop_variable_map: _, ...metadata } = data.execution_metadata ?? {}
          return [
            event,
            data.id === data.node_id,
            data.index,
            data.metadata,
            metadata,
            Object.keys(a ?? b ?? {}),
            data.steps,
            data.iteration_id,
            data.loop_id,
          ]
        })
    expect(told(body)).toEqual(told(bodyOf(recording)))
  }
})
