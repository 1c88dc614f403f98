import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { METRIC_NAMES, metric } from '../../src/measure/metrics.ts'

test('the page on metrics has a row for each entry of the catalogue, with its formula', () => {
  const page = readFileSync(new URL('../../docs/reference/metrics.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('| `') && line.split('|').length === 8)
  const told = METRIC_NAMES.map((name) => {
    const { title, formula, unit, modes, latency } = metric(name)
    return `| \`${name}\` | ${title} | ${formula} | ${unit} | ${modes.length === 2 ? 'both' : modes[0]} | ${latency ? 'yes' : '–'} |`
  })
  expect(rows).toEqual(told)
})
