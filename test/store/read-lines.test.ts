import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { UsageError } from '../../src/core/errors.ts'
import { openSampleLog, readMachine, readPlan, readRows } from '../../src/store/read-lines.ts'
import { FILES } from '../../src/store/run-folder.ts'
import { machineSecond, planOf, s, sampleOf } from '../helpers/samples.ts'

const folder = mkdtempSync(join(tmpdir(), 'flowbench-read-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function read(content: string | Buffer): Promise<{ rows: unknown[]; torn: number | undefined }> {
  const path = join(folder, 'rows.jsonl')
  writeFileSync(path, content)
  let torn: number | undefined
  const rows: unknown[] = []
  for await (const row of readRows(path, (number) => {
    torn = number
  }))
    rows.push(row)
  return { rows, torn }
}

const ROWS = [{ n: 1 }, { text: '日本🙂"\\n' }, { sample: sampleOf(3, { finished: 5 }) }, { n: 123_456 }]
const CONTENT = Buffer.from(ROWS.map((row) => `${JSON.stringify(row)}\n`).join(''))

describe('a log that was cut', () => {
  test('at any byte gives exactly the rows that are whole, and the number of the one that is not', async () => {
    for (let length = 0; length <= CONTENT.length; length++) {
      const cut = CONTENT.subarray(0, length)
      const whole = cut.toString('latin1').split('\n').length - 1
      const torn = length > 0 && cut[length - 1] !== 10 ? whole + 1 : undefined
      expect(await read(cut)).toEqual({ rows: ROWS.slice(0, whole), torn })
    }
  })

  test('and filled up with zeros, as a disk without power may leave it, likewise', async () => {
    for (let length = 0; length <= CONTENT.length; length += 7) {
      const cut = CONTENT.subarray(0, length)
      const whole = cut.toString('latin1').split('\n').length - 1
      expect(await read(Buffer.concat([cut, Buffer.alloc(512)]))).toEqual({ rows: ROWS.slice(0, whole), torn: whole + 1 })
    }
  })

  test('is read no further than the first row that is none, even where whole rows follow', async () => {
    expect(await read('{"n":1}\n{"n":\n{"n":3}\n')).toEqual({ rows: [{ n: 1 }], torn: 2 })
  })

  test('a number, a text or a list that is whole is no row: cut short it would read as well', async () => {
    for (const row of ['123', '"text"', 'null', 'true', '[1]', ''])
      expect(await read(`{"n":1}\n${row}\n`)).toEqual({ rows: [{ n: 1 }], torn: 2 })
  })
})

test('rows longer than one read, and characters that two reads cut in half, come out whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1_040_000, max: 1_060_000 }), async (length) => {
      const rows = [{ text: 'é'.repeat(length / 2) }, { text: '日'.repeat(400_000) }, { n: 3 }]
      expect(await read(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))).toEqual({ rows, torn: undefined })
    }),
    { numRuns: 5 },
  )
})

describe('a run folder', () => {
  const place = (name: string, content: string) => {
    const own = mkdtempSync(join(folder, 'run-'))
    writeFileSync(join(own, name), content)
    return own
  }
  const header = { schema: 'flowbench-samples', version: 1, plan: 'h', run: 'r', start: '2026-11-24T21:35:25.000Z' }

  test('its log has a header, then lines, and says where it is torn', async () => {
    const log = await openSampleLog(place(FILES.samples, `${JSON.stringify(header)}\n{"connected":1,"at":5}\n{"conn`))
    const lines: unknown[] = []
    for await (const line of log.lines) lines.push(line)
    expect([log.header, lines, log.torn()]).toEqual([header, [{ connected: 1, at: 5 }], 3])
  })

  test.each([
    ['nothing', ''],
    ['half a header', '{"schema":"flowbe'],
    ['no header', '{"connected":1,"at":5}\n'],
    ['a header of another version', `${JSON.stringify({ ...header, version: 2 })}\n`],
  ])('a log with %s is refused in a sentence', async (_, content) => {
    await expect(openSampleLog(place(FILES.samples, content))).rejects.toThrow(UsageError)
  })

  test('without a log there is nothing to report', async () => {
    await expect(openSampleLog(place('other', ''))).rejects.toThrow(/has no samples.jsonl/)
  })

  test('its plan is read as it was written', () => {
    const file = { schema: 1, run: 'r', start: header.start, zeroMonotonic: 5, plan: planOf(), environment: {} }
    expect(readPlan(place(FILES.plan, JSON.stringify(file)))).toEqual(file)
  })

  test.each(['', '{"schema":2}', '[]', '{"schema":1'])('a plan that holds %j is refused', (content) => {
    expect(() => readPlan(place(FILES.plan, content))).toThrow(/not a plan that this version can read/)
  })

  test('a folder without a plan is none of a run', () => {
    expect(() => readPlan(folder)).toThrow(/is no run folder/)
  })

  test('seconds of the machine are read up to the first that is torn; without a file there are none', async () => {
    const seconds = [machineSecond(s(1)), machineSecond(s(2))]
    const content = `${seconds.map((second) => `${JSON.stringify(second)}\n`).join('')}{"at":30`
    expect(await readMachine(place(FILES.machine, content))).toEqual(seconds)
    expect(await readMachine(folder)).toEqual([])
  })
})
