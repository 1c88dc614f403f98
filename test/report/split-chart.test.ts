import { describe, expect, test } from 'vitest'
import type { PhaseSummary, TimeSplit } from '../../src/core/phase-summary.ts'
import { drawable, splitFigure } from '../../src/report/charts/split.ts'
import { phaseFromTable } from '../helpers/figures.ts'

const means = (parts: TimeSplit) => ({ runs: 20, response: Object.values(parts).reduce((sum, part) => sum + part, 0), parts })
const phase = (split: PhaseSummary['split']) =>
  phaseFromTable({ mode: 'streaming', clients: 1, finished: 300, server: 200 }, { ...(split && { split }) })

describe('what is drawn of a run', () => {
  test.each<[string, TimeSplit, readonly number[]]>([
    ['whose parts follow one another', { beforeSent: 1, firstByte: 9, admission: 40, engine: 200, delivery: 5 }, [1, 9, 40, 200, 5]],
    ['whose start event came late', { beforeSent: 1, firstByte: 9, admission: 40, engine: 200, delivery: -15 }, [1, 9, 25, 200, 0]],
    ['that a proxy held back', { beforeSent: 1, firstByte: 150, admission: 0, engine: 200, delivery: -120 }, [1, 30, 0, 200, 0]],
  ])('%s: bars that are as long as the response in all', (_, parts, lengths) => {
    const drawn = drawable(means(parts)).map(([, length]) => length)
    expect(drawn).toEqual(lengths)
    expect(drawn.reduce((sum, one) => sum + one, 0)).toBe(means(parts).response)
  })

  test('a bar for the typical and one for the slowest, with every part as a number', () => {
    const all = means({ beforeSent: 1000, firstByte: 9000, admission: 40_000, engine: 200_000, delivery: 5000 })
    const { key, table, drawing } = splitFigure([['steady', phase({ all, typical: all, slowest: { ...all, closeLag: 1e6 } })]])
    expect(key.map(({ look }) => look)).toEqual(['beforeSent', 'firstByte', 'admission', 'engine', 'delivery'])
    expect(table.rows.map((row) => row.at(0))).toEqual(['steady (streaming), typical', 'steady (streaming), slowest twentieth'])
    expect(table.rows[1]!.slice(2)).toEqual(['255 ms', '1.00 ms', '9.00 ms', '40.0 ms', '200 ms', '5.00 ms', '1.00 s'])
    expect(drawing.markup.match(/<rect/g)).toHaveLength(10)
  })

  test('a phase without such numbers has no bar', () => expect(splitFigure([['steady', phase(undefined)]]).table.rows).toEqual([]))
})
