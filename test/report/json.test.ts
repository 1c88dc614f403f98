import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonText, runJson } from '../../src/report/json.ts'
import { makeRun } from '../helpers/run-summary.ts'

test('run.json is the summary, with its keys in their order and two spaces of indent', async () => {
  const { summary } = await makeRun()
  const text = runJson(summary)
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(summary)))
  expect(text).toMatch(/^\{\n {2}"schema": 1,\n {2}"run": "20261124T213525Z-a1b2",\n/)
  expect(Object.keys(JSON.parse(text))).toEqual(Object.keys(summary))
})

test('JSON text says what was said, whatever it was, and holds no control character', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = jsonText(value)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(text).not.toMatch(/[^\P{Cc}\n]/u)
    }),
  )
})
