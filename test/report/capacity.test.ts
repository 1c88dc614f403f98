import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { CapacitySummary } from '../../src/core/capacity-summary.ts'
import { renderCapacityHtml } from '../../src/report/capacity/html.ts'
import { capacityJsonSchema } from '../../src/report/capacity/json-schema.ts'
import { capacityText } from '../../src/report/capacity/text.ts'
import { searched } from '../helpers/capacity.ts'
import { flawsOfPage, misfits } from '../helpers/flaws.ts'
import { HOSTILE } from '../helpers/hostile.ts'

const found = await searched('blocking')
const EVERY = {
  found,
  unfinished: await searched('blocking', { most: 6 }),
  begun: await searched('blocking', { most: 0 }),
  ceiling: await searched('blocking', { ceiling: 10 }),
  hostile: { ...found, name: HOSTILE.join(' '), description: HOSTILE.join(' '), notes: HOSTILE, sentences: HOSTILE },
} satisfies Record<string, CapacitySummary>

describe('the text of a search', () => {
  test('says the answer first, then what limits it, the loads with their votes, headroom, cost and files', () => {
    const text = capacityText(found, { colour: 'off', width: 100, files: [['Folder', 'reports/x']] })
    const lines = text.split('\n')
    expect(lines[3]).toMatch(/^✓ Found: About \d+(\.\d+)?\/s: \d+(\.\d+)?\/s held, \d+(\.\d+)?\/s did not\./)
    expect(text).toMatch(/✓ Proven: .* at a stretch too\./)
    expect(text).toMatch(/8\/s +3 of 3 +held +8\.0\d\/s/)
    expect(text).toMatch(/80 % +\d+/)
    expect(text).toContain('SERVER_WORKER_AMOUNT')
    expect(text).toContain('Folder    reports/x')
    expect(lines.at(-2)).toMatch(/^Exit code 0/)
  })

  test('of one that was cut short says how to go on', () => {
    expect(capacityText(EVERY.unfinished, { colour: 'off', width: 100 })).toContain('flowbench capacity --resume')
  })
})

describe.each(Object.entries(EVERY))('a search that is %s', (_, summary) => {
  test('fits the JSON Schema that is published', () => {
    expect(JSON.parse(readFileSync('scenarios/capacity.schema.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(capacityJsonSchema())))
    expect(misfits(summary, 'capacity.schema.json')).toEqual([])
  })

  test('makes a page that is valid, has no script and asks no network', async () => {
    const page = renderCapacityHtml(summary)
    expect(page).not.toMatch(/<script|<img|<iframe|NaN|undefined|Infinity/)
    expect(await flawsOfPage(page)).toEqual([])
  })
})

describe('the page of a search', () => {
  test('folds its trials by load, the lowest first, each with what it showed and a link to its report', () => {
    const page = renderCapacityHtml(found)
    const folds = [...page.matchAll(/<details><summary>([\d.]+\/s): (\d+) of (\d+) held, (held|missed)(, proven)?<\/summary>/g)]
    expect(folds.map(([, load]) => load)).toEqual(found.levels.map(({ load }) => `${load}/s`))
    expect(folds.filter(([, , , , , proven]) => proven)).toHaveLength(2)
    for (const { run } of found.trialList) expect(page).toContain(`<a href="./${run}/report.html">`)
  })
})
