import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTracer } from '../../src/dify/trace.ts'

const ids = (over: { seed?: number; run?: string } = {}) => createTracer('unsampled', { seed: 1, run: 'run-a', ...over })!

describe('trace ids', () => {
  test('have the form that Dify and W3C Trace Context both take, and are never all zeros', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string(), fc.nat(), fc.constantFrom('sampled', 'unsampled'), (seed, run, seq, trace) => {
        const { id, headers } = createTracer(trace, { seed, run })!(seq)
        expect(id).toMatch(/^[0-9a-f]{31}[13579bdf]$/)
        expect(headers['x-trace-id']).toBe(id)
        expect(headers.traceparent).toMatch(new RegExp(`^00-${id}-[0-9a-f]{15}[13579bdf]-${trace === 'sampled' ? '01' : '00'}$`))
      }),
    )
  })

  test('are the same whenever asked for, and others for each exchange, run and seed', () => {
    const tracer = ids()
    const inOrder = Array.from({ length: 100 }, (_, seq) => tracer(seq))
    for (const seq of [99, 7, 31, 32, 0]) expect([tracer(seq), ids()(seq)]).toEqual([inOrder[seq], inOrder[seq]])
    const all = [ids(), ids({ run: 'run-b' }), ids({ seed: 2 })].flatMap((tracer) => Array.from({ length: 2000 }, (_, n) => tracer(n)))
    expect(new Set(all.map(({ id }) => id)).size).toBe(6000)
    expect(new Set(all.map(({ headers }) => headers.traceparent.slice(36, 52))).size).toBe(6000)
  })

  test('are not made where none are wanted', () => {
    expect(createTracer(undefined, { seed: 1, run: 'run-a' })).toBeUndefined()
  })
})
