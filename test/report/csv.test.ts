import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Sample } from '../../src/core/sample.ts'
import { micros } from '../../src/core/units.ts'
import { harmless, nodesCsv, samplesCsv, summaryCsv } from '../../src/report/csv.ts'
import { HOSTILE } from '../helpers/hostile.ts'
import { makeRun } from '../helpers/run-summary.ts'
import { sampleOf } from '../helpers/samples.ts'

async function whole(pieces: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}
const read = (text: string): Record<string, string>[] => parse(text, { columns: true })
const samples = async (...list: Sample[]) => read(await whole(samplesCsv(list)))

/** What a spreadsheet takes for a formula: at the beginning of a cell, whatever splits cells there. */
const FORMULA = /(^|;)[\s\p{Z}\p{Cf}"']*[=+\-@＝＋－＠\t\r]/u

describe('samples.csv', () => {
  test('has the columns of the interface page, in their order', async () => {
    const [header] = (await whole(samplesCsv([]))).split('\n')
    expect(header).toBe(
      'seq,arm,phase,input_set,mode,outcome,detail,http_status,intended_us,released_us,sent_us,headers_us,first_byte_us,first_event_us,first_text_us,last_text_us,finished_us,closed_us,response_us,service_us,elapsed_us,events,text_chunks,bytes,tokens,steps,task_id,workflow_run_id,trace_id',
    )
  })

  test('keeps the times of a run in whole microseconds', async () => {
    const [row] = await samples(
      sampleOf(7, { at: micros(5000), sent: 2, firstEvent: 10, finished: 120, closed: 130, elapsed: micros(90_500), tokens: 12 }),
    )
    expect(row).toMatchObject({
      seq: '7',
      intended_us: '5000',
      sent_us: '7000',
      first_event_us: '15000',
      finished_us: '125000',
      closed_us: '135000',
      response_us: '120000',
      service_us: '118000',
      elapsed_us: '90500',
      tokens: '12',
    })
  })

  test('leaves the cell of a moment that never came empty, never 0', async () => {
    const [row] = await samples(sampleOf(0, { outcome: 'dropped' }))
    for (const column of [
      'released_us',
      'sent_us',
      'first_text_us',
      'finished_us',
      'response_us',
      'service_us',
      'tokens',
      'http_status',
      'arm',
    ])
      expect(row![column], column).toBe('')
    expect(row!['intended_us']).toBe('0')
  })

  test('holds a line for every exchange, however many', async () => {
    const many = Array.from({ length: 2500 }, (_, seq) => sampleOf(seq))
    expect((await samples(...many)).map(({ seq }) => Number(seq))).toEqual(many.map(({ seq }) => seq))
  })

  test('comes in pieces, before the last sample is known', async () => {
    let asked = 0
    const endless = (function* () {
      for (;;) yield sampleOf(asked++)
    })()
    const pieces = samplesCsv(endless)
    await pieces.next()
    await pieces.next()
    expect(asked).toBeLessThan(2000)
    await pieces.return(undefined)
  })

  test.each(HOSTILE)('makes no formula, control character or extra row of %j', async (text) => {
    const hostile = {
      phase: text,
      inputSet: text,
      arm: text,
      taskId: text,
      workflowRunId: text,
      traceId: text,
      detail: text,
      outcome: 'rejected',
    } as const
    const rows = await samples(sampleOf(0, hostile), sampleOf(1))
    expect(rows).toHaveLength(2)
    for (const column of ['phase', 'input_set', 'arm', 'task_id', 'workflow_run_id', 'trace_id', 'detail']) {
      const cell = rows[0]![column]!
      expect(cell).not.toMatch(/\p{Cc}/u)
      if (!cell.startsWith("'")) expect(cell.replaceAll(";'", '·')).not.toMatch(FORMULA)
    }
  })

  test('gives back every number and every harmless text as it was', () => {
    fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[A-Za-z][\w ,.:"'()-]*$/), fc.integer(), async (detail, elapsed) => {
        const [row] = await samples(sampleOf(0, { detail, elapsed: micros(elapsed), outcome: 'rejected' }))
        expect([row!['detail'], Number(row!['elapsed_us'])]).toEqual([detail, elapsed])
      }),
    )
  })
})

test('text is only ever made shorter or marked, and doing it twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(harmless(harmless(text))).toBe(harmless(text))
    }),
  )
})

describe('nodes.csv', () => {
  test('holds a line for each node that finished, and none for one that did not', async () => {
    const node = { nodeId: 'n1', title: 'Ask the model', type: 'llm' }
    const text = await whole(
      nodesCsv([
        sampleOf(3, {
          nodes: [
            { ...node, status: 'succeeded', started: micros(10), finished: micros(30), elapsed: micros(18), tokens: 5, parent: 'loop' },
            { ...node, nodeId: 'n2', started: micros(40) },
          ],
        }),
      ]),
    )
    expect(text).toBe(
      'seq,arm,phase,node_id,title,type,status,started_us,finished_us,elapsed_us,tokens,parent\n3,,steady,n1,Ask the model,llm,succeeded,10,30,18,5,loop\n',
    )
  })
})

describe('summary.csv', () => {
  test('has a line for each phase, input set, the whole of them, and metric', async () => {
    const { summary } = await makeRun()
    const rows = read(summaryCsv(summary))
    const line = rows.find((row) => row['phase'] === 'streaming' && row['input_set'] === 'all' && row['metric'] === 'response_time')!
    const metric = summary.phases['streaming']!.metrics['response_time']!
    expect(line).toMatchObject({
      mode: 'streaming',
      unit: 'µs',
      count: String(metric.count),
      p95: String(metric.p95),
      'p99.9': String(metric['p99.9']),
    })
    expect([line['p95_low'], line['p95_high']]).toEqual([String(metric.intervals.p95!.low), String(metric.intervals.p95!.high)])
    expect(new Set(rows.map((row) => row['input_set']))).toEqual(new Set(['all', 'short', 'corpus']))
  })

  test('says "at least" where a quantile falls among runs without an answer', async () => {
    const { summary } = await makeRun(undefined, {
      change: ({ seq, marks }) =>
        seq % 10 === 0 ? { outcome: { kind: 'timed-out' }, marks: { intended: marks.intended, sent: marks.intended } } : {},
    })
    const line = read(summaryCsv(summary)).find(
      (row) => row['phase'] === 'streaming' && row['input_set'] === 'all' && row['metric'] === 'response_time',
    )!
    expect([line['all_p50_bound'], line['all_p99_bound']]).toEqual(['', 'at least'])
  })
})
