import { describe, expect, test } from 'vitest'
import type { Overload } from '../../../src/core/diagnosis.ts'
import { diagnoseOverload } from '../../../src/judge/overload/overload.ts'
import { phaseFromTable, type TableRow } from '../../helpers/figures.ts'

/*
 * The figures of a real server under load (Dify 1.14.2, docs/method.md tells where from): closed loops, p50 and p95 in ms.
 * Intervals are those of 100 runs; the table does not tell how many there were.
 */
const streaming = (clients: number, row: Omit<TableRow, 'mode' | 'clients'>): TableRow => ({ mode: 'streaming', clients, ...row })
const blocking = (clients: number, row: Omit<TableRow, 'mode' | 'clients'>): TableRow => ({ mode: 'blocking', clients, ...row })

const ECHO_1 = streaming(1, { byte: [11, 134], started: [59, 583], finished: [101, 656], end: 1104, server: 43 })
const ECHO_1_WIDE = streaming(1, { byte: [9, 13], started: [36, 63], finished: [62, 112], end: [113, 163], server: 26 })
const LLM_1 = streaming(1, { byte: 9, started: 42, finished: 1005, end: 2008, server: 962 })
const BLOCKING_1 = blocking(1, { finished: [56, 88], server: 30 })
/** The page has no single client of the 500 ms node: an echo's start and the 500 ms. */
const NODE_1 = streaming(1, { byte: 9, started: 42, finished: 560, end: 1560, server: 526 })

describe('what a real server was seen to do under load is named', () => {
  test.each<[string, Overload['kind'], TableRow, TableRow]>([
    [
      '10 connections, echo, 16 clients',
      'connections',
      streaming(16, { byte: [742, 1127], started: [811, 1235], finished: [901, 1427], end: [1908, 2429], server: 89 }),
      ECHO_1,
    ],
    [
      '10 connections, 500 ms node, 64 clients',
      'connections',
      streaming(64, { byte: [8672, 8998], started: 8752, finished: [9286, 9688], end: 10288, server: 539 }),
      NODE_1,
    ],
    [
      '10 connections, 500 ms node, 64 clients against 16',
      'connections',
      streaming(64, { byte: [8672, 8998], started: 8752, finished: [9286, 9688], end: 10288, server: 539 }),
      streaming(16, { byte: [1043, 1967], started: 1107, finished: [1702, 2890], end: 2702, server: 585 }),
    ],
    [
      '4 worker slots, a model, 8 clients',
      'workers',
      streaming(8, { byte: 14, started: [285, 1326], finished: [1365, 2395], end: 2364, server: 1076 }),
      LLM_1,
    ],
    [
      '4 worker slots, 500 ms node, 64 clients',
      'workers',
      streaming(64, { byte: [30, 1315], started: [7928, 8707], finished: [8470, 9244], end: 9471, server: 556 }),
      NODE_1,
    ],
    [
      '4 worker slots, a model, 16 clients',
      'workers',
      streaming(16, { byte: 17, started: [2727, 3754], finished: [3805, 4846], end: 4810, server: 1083 }),
      LLM_1,
    ],
    [
      '32 worker slots on one core, echo, 16 clients',
      'worker-cpu',
      streaming(16, { byte: [18, 150], started: [280, 647], finished: [728, 1159], end: 782, server: 418 }),
      ECHO_1_WIDE,
    ],
    [
      '32 worker slots on one core, 500 ms node, 16 clients',
      'worker-cpu',
      streaming(16, { byte: 14, started: 129, finished: [1040, 1475], end: 1099, server: 879 }),
      NODE_1,
    ],
    [
      '32 worker slots on one core, a model, 16 clients',
      'worker-cpu',
      streaming(16, { byte: 24, started: 403, finished: [2360, 3137], end: 2413, server: 1985 }),
      LLM_1,
    ],
    [
      'blocking, 500 ms node, 64 clients against 16',
      'api-connections',
      blocking(64, { finished: [4368, 5188], server: 594 }),
      blocking(16, { finished: [1065, 1630], server: 607 }),
    ],
    ['blocking, echo, 4 clients', 'api-cpu', blocking(4, { finished: [162, 250], server: 101 }), BLOCKING_1],
  ])('%s: %s', (_, kind, loaded, lighter) => {
    const found = diagnoseOverload(phaseFromTable(loaded), [phaseFromTable(lighter)])
    expect(found.kind).toBe(kind)
    expect(found.knob).toBeTruthy()
    expect(found.against).toBe(`concurrency ${lighter.clients}`)
  })

  test('blocking, echo, 16 clients on 10 connections and a core in full use: both are named', () => {
    const found = diagnoseOverload(phaseFromTable(blocking(16, { finished: [611, 1065], server: 201 })), [phaseFromTable(BLOCKING_1)])
    expect(found).toMatchObject({ kind: 'unclear', suspects: ['api-connections', 'api-cpu'] })
  })

  test('a burst that empties the database pool needs nothing to be held against', () => {
    const burst = phaseFromTable(blocking(64, { finished: [31_000, 31_500], server: 283, runs: 17 }), {
      intended: 64,
      outcomes: { succeeded: 17, rejected: 47 },
      internalErrors: { count: 47, p50: 30_752_000 },
    })
    expect(diagnoseOverload(burst, [])).toMatchObject({
      kind: 'database-pool',
      because: expect.stringContaining('30.8 s (median) and then got HTTP 500'),
    })
    expect(diagnoseOverload(burst, [phaseFromTable(BLOCKING_1)]).kind).toBe('database-pool')
  })
})
