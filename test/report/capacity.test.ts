import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { HtmlValidate } from 'html-validate'
import { describe, expect, test } from 'vitest'
import type { CapacitySummary } from '../../src/core/capacity-summary.ts'
import { seconds } from '../../src/core/units.ts'
import { renderCapacityHtml } from '../../src/report/capacity/html.ts'
import { capacityJsonSchema } from '../../src/report/capacity/json-schema.ts'
import { capacityText } from '../../src/report/capacity/text.ts'
import { searchOf } from '../../src/scenario/capacity.ts'
import { loadProfile } from '../../src/simulator/profile.ts'
import { HOSTILE } from '../helpers/hostile.ts'
import { openPhase, planOf } from '../helpers/samples.ts'
import { type VirtualSearchOptions, virtualSearch } from '../helpers/virtual-search.ts'

async function searched(over: VirtualSearchOptions = {}): Promise<CapacitySummary> {
  const plan = planOf({ phases: [openPhase({ mode: 'blocking' })], objectives: [{ text: 'response_time p95 < 1s' }] })
  const settings = { axis: 'rate', from: 8, to: 32, width: 0.2, trial: seconds(4), budget: { trials: 60 } } as const
  return (await virtualSearch(plan, searchOf(plan, settings, 'blocking'), loadProfile('saturating'), over)).summary
}

const found = await searched()
const EVERY = {
  found,
  unfinished: await searched({ most: 6 }),
  begun: await searched({ most: 0 }),
  ceiling: await searched({ ceiling: 10 }),
  hostile: { ...found, name: HOSTILE.join(' '), description: HOSTILE.join(' '), notes: HOSTILE, sentences: HOSTILE },
} satisfies Record<string, CapacitySummary>

describe('the text of a search', () => {
  test('says the answer first, then what limits it, the loads with their votes, headroom, cost and files', () => {
    const text = capacityText(found, { colour: 'off', width: 100, files: [['Folder', 'reports/x']] })
    const lines = text.split('\n')
    expect(lines[3]).toMatch(/^✓ Found: \d+(\.\d+)?\/s held and \d+(\.\d+)?\/s did not: the capacity lies between\./)
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
    const published = JSON.parse(readFileSync('scenarios/capacity.schema.json', 'utf8')) as object
    expect(published).toEqual(JSON.parse(JSON.stringify(capacityJsonSchema())))
    const validate = new Ajv2020({ allErrors: true }).compile(published)
    validate(JSON.parse(JSON.stringify(summary)))
    expect(validate.errors ?? []).toEqual([])
  })

  test('makes a page that is valid, has no script and asks no network', async () => {
    const page = renderCapacityHtml(summary)
    expect(page).not.toMatch(/<script|<img|<iframe|NaN|undefined|Infinity/)
    const report = await new HtmlValidate({
      extends: ['html-validate:standard'],
      rules: { 'no-inline-style': 'off', 'svg-focusable': 'off', 'long-title': 'off', 'no-trailing-whitespace': 'off' },
    }).validateString(page)
    expect(report.results.flatMap(({ messages }) => messages.map(({ message, line }) => `${line}: ${message}`))).toEqual([])
  })
})
