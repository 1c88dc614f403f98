import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { CapacityModesSummary } from '../../src/core/capacity-modes.ts'
import type { CapacitySummary } from '../../src/core/capacity-summary.ts'
import { concludeModes } from '../../src/judge/capacity/capacity-modes.ts'
import { capacityModesAnnotations } from '../../src/report/capacity/modes-annotations.ts'
import { renderCapacityModesHtml } from '../../src/report/capacity/modes-html.ts'
import { capacityModesJsonSchema } from '../../src/report/capacity/modes-json-schema.ts'
import { capacityModesMarkdown } from '../../src/report/capacity/modes-markdown.ts'
import { capacityModesText } from '../../src/report/capacity/modes-text.ts'
import { width } from '../../src/report/width.ts'
import { modesHeader, searched } from '../helpers/capacity.ts'
import { flawsOfPage, misfits } from '../helpers/flaws.ts'
import { HOSTILE } from '../helpers/hostile.ts'

const header = modesHeader(['blocking', 'streaming'])
const [blocking, streaming] = [await searched('blocking'), await searched('streaming')]
/** As if its workers were three times as many. */
const tripled = (answer: CapacitySummary): CapacitySummary => ({
  ...answer,
  verified: answer.verified! * 3,
  lower: answer.lower! * 3,
  upper: answer.upper! * 3,
  levels: answer.levels.map((level) => ({ ...level, load: level.load * 3 })),
  trialList: answer.trialList.map((trial) => ({ ...trial, load: trial.load * 3 })),
})
const apart = concludeModes(header, { blocking, streaming: tripled(streaming) })
const evil = (answer: CapacitySummary) => ({ ...answer, notes: HOSTILE, sentences: HOSTILE, limitedBy: HOSTILE[3]! })
const EVERY = {
  alike: concludeModes(header, { blocking, streaming }),
  apart,
  'half begun': concludeModes(header, { blocking: await searched('blocking', { most: 6 }) }),
  'not begun': concludeModes(header, {}),
  hostile: {
    ...apart,
    name: HOSTILE.join(' '),
    description: HOSTILE.join(' '),
    sentences: HOSTILE,
    answers: { blocking: evil(blocking), streaming: evil(streaming) },
  },
} satisfies Record<string, CapacityModesSummary>

describe('the text of a search in both modes', () => {
  test('says first which serves more and what that is worth, then has both side by side, then each', () => {
    const lines = capacityModesText(apart, { colour: 'off', width: 100, files: [['Folder', 'reports/x']] }).split('\n')
    expect(lines[1]).toMatch(/^capacity in blocking and streaming mode · runs per second · \d+ trials/)
    expect(lines.find((line) => /^[✓?✗]/.test(line))).toMatch(
      /^✓ Streaming serves more: between 2\.\d+ and 3\.\d+ times the runs per second of blocking/,
    )
    const text = lines.join('\n')
    expect(text).toContain('? Two deployments: In Dify blocking runs are done in the API process')
    expect(text).toMatch(/\n {23,}blocking +streaming\n/)
    const { verified, upper } = apart.answers.blocking!
    expect(text).toContain(`highest verified load  ${verified}/s`)
    expect(text).toMatch(new RegExp(`bracket +${verified}–${upper}/s +\\d`))
    expect(text).toMatch(/knob +SERVER_WORKER_AMOUNT × +CELERY_WORKER_AMOUNT/)
    expect(text.indexOf('In blocking mode')).toBeLessThan(text.indexOf('In streaming mode'))
    expect(text).toMatch(/8\/s +3 of 3 +held/)
    expect(text).toContain('Folder    reports/x')
  })

  test('does not call a load proven that was held beside its limit', () => {
    const [margin] = blocking.margins
    const beside = { ...blocking, margins: [{ ...margin!, bound: 2 * margin!.limit }] }
    const text = capacityModesText({ ...apart, answers: { ...apart.answers, blocking: beside } }, { colour: 'off', width: 100 })
    expect(text).toMatch(/highest verified load +\S+\/s \(held, not proven\) +\S+\/s\n/)
  })

  test('does not say so where the brackets overlap, and says how to go on where one was not begun', () => {
    const alike = capacityModesText(EVERY.alike, { colour: 'off', width: 100 })
    expect(alike).toContain('· No difference shown: The brackets overlap (blocking ')
    const half = capacityModesText(EVERY['half begun'], { colour: 'off', width: 100 })
    expect(half).toMatch(/^\? Unfinished: /m)
    expect(half).toContain('flowbench capacity --resume goes on')
    expect(half).toMatch(/bracket .* not begun/)
  })

  test.each(Object.entries(EVERY))('keeps within the terminal: %s', (_, summary) => {
    for (const columns of [60, 80, 100]) {
      const lines = capacityModesText(summary, { colour: 'off', width: columns }).split('\n')
      const beside = lines.slice(
        lines.findIndex((line) => /^ +blocking +streaming$/.test(line)),
        lines.findIndex((line) => line.startsWith('cost')),
      )
      expect(Math.max(...beside.map(width))).toBeLessThanOrEqual(columns)
    }
  })
})

test('Markdown and GitHub say first which serves more, with what it is worth, and both side by side', () => {
  const markdown = capacityModesMarkdown(apart)
  expect(markdown.split('\n\n')[1]).toMatch(/^\*\*✓ Streaming serves more\.\*\* between /)
  expect(markdown).toContain('**? Two deployments.**')
  expect(markdown).toMatch(/\| {2}\| blocking \| streaming \|\n\| --- \| --- \| --- \|\n\| ended \| Found \| Found \|/)
  expect(capacityModesMarkdown(EVERY.hostile)).not.toMatch(/<script|<img/)
  const [first, ...others] = capacityModesAnnotations(apart)
  expect(first).toMatchObject({ level: 'notice', title: expect.stringContaining('Streaming serves more') })
  expect(others).toHaveLength(2)
})

describe.each(Object.entries(EVERY))('a search in both modes that is %s', (_, summary) => {
  test('fits the JSON Schema that is published', () => {
    expect(JSON.parse(readFileSync('scenarios/capacity-modes.schema.json', 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(capacityModesJsonSchema())),
    )
    expect(misfits(summary, 'capacity-modes.schema.json')).toEqual([])
  })

  test('makes a page that is valid, has no script and asks no network', async () => {
    const page = renderCapacityModesHtml(summary)
    expect(page).not.toMatch(/<script|<img|<iframe|NaN|undefined|Infinity/)
    expect(await flawsOfPage(page)).toEqual([])
  })
})

test('the page of both modes links to the trials of each in its own folder, and draws both brackets in one chart', () => {
  const page = renderCapacityModesHtml(apart)
  for (const mode of ['blocking', 'streaming'] as const)
    for (const { run } of apart.answers[mode]!.trialList) expect(page).toContain(`<a href="./${mode}/${run}/report.html">`)
  const chart = page.slice(page.indexOf('<figure id="modes-latency"'), page.indexOf('</figure>'))
  for (const mode of ['blocking', 'streaming']) expect(chart.match(new RegExp(`class="thin ${mode}"`, 'g'))).toHaveLength(2)
})
