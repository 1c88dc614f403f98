import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Sample } from '../../../src/core/sample.ts'
import { micros, milliseconds } from '../../../src/core/units.ts'
import { createObserver } from '../../../src/dify/observe.ts'
import { type Anatomy, anatomyOf } from '../../../src/measure/nodes/anatomy.ts'
import { readRecording } from '../../helpers/recordings.ts'
import { sampleOf } from '../../helpers/samples.ts'

/** What other code made of the same recordings, by the definitions of docs/method.md; how is told in test/fixtures/README.md. */
interface Told {
  readonly began: number
  readonly ended: number
  readonly union: number
  readonly overhead: number
  /** Id, start, finish, and in a container the round. */
  readonly nodes: readonly (readonly (string | number)[])[]
  /** Step, from, to. */
  readonly path: readonly (readonly (string | number)[])[]
}
const TOLD = JSON.parse(readFileSync(new URL('../../fixtures/node-times.json', import.meta.url), 'utf8')) as Readonly<Record<string, Told>>

/** The recorded stream as a sample sent at 0, every event at the moment it was read. */
function recorded(name: string): Sample {
  const { chunks, endAt } = readRecording(name).response
  const observer = createObserver()
  let finished: number | undefined
  let rest = ''
  for (const { at, bytes } of chunks) {
    const parts = (rest + bytes.toString('latin1')).split('\n\n')
    rest = parts.pop()!
    for (const part of parts)
      if (part.startsWith('data: ') && finished === undefined) {
        const heard = observer.hear(Buffer.from(part.slice(6), 'latin1').toString('utf8'), milliseconds(at))
        if (heard === 'last') finished = at
      }
  }
  const { nodes, marks, result } = observer.observed()
  const sample = sampleOf(0, { nodes, ...(result?.elapsed !== undefined && { elapsed: result.elapsed }), ended: milliseconds(endAt) })
  return { ...sample, marks: { ...sample.marks, ...marks, ...(finished !== undefined && { finished: milliseconds(finished) }) } }
}

function told({ timeline: { began, ended, timed }, union, overhead, path }: Anatomy): Told {
  return {
    began,
    ended,
    union,
    overhead,
    nodes: timed.map(({ node: { nodeId, round }, start, finish }) => [nodeId, start, finish, ...(round === undefined ? [] : [round])]),
    path: path.map(({ kind, timed: of, from, to }) => [
      kind === 'end' ? '(end)' : kind === 'wait' ? `wait ${of!.node.nodeId}` : of!.node.nodeId,
      from,
      to,
    ]),
  }
}

describe('spans, union, overhead and critical path of a recorded stream are what other code made of it', () => {
  test.each(Object.keys(TOLD))('%s', (name) => {
    const anatomy = anatomyOf(recorded(name))!
    expect(told(anatomy)).toEqual(TOLD[name])
  })
})

test('every recorded stream of a run is among them', () => {
  const names = Object.keys(TOLD)
  expect(names.length).toBeGreaterThan(40)
  for (const name of [
    'run-streaming-parallel',
    'run-streaming-iteration-4',
    'run-streaming-iteration-parallel',
    'run-streaming-loop',
    'run-streaming-llm-cut-into-16-bytes',
  ])
    expect(names).toContain(name)
})

test('whatever a stream says, the steps of its path lie end to end from its beginning to its end', () => {
  for (const name of Object.keys(TOLD)) {
    const { timeline, path, union, overhead } = anatomyOf(recorded(name))!
    let at: number = timeline.began
    for (const { from, to } of path) {
      expect(from, name).toBe(at)
      expect(to, name).toBeGreaterThan(from)
      at = to
    }
    expect(at, name).toBe(timeline.ended)
    expect(union + overhead).toBe(micros(timeline.ended - timeline.began))
  }
})
