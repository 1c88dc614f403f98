import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { UsageError } from '../../src/core/errors.ts'
import { armHeader, heedKeys } from '../../src/run/keys-of-experiment.ts'
import { EXPERIMENT_FILES } from '../../src/store/experiment-folder.ts'
import { planOf } from '../helpers/samples.ts'

const ONE = 'app-one-1111111111111111'
const TWO = 'app-two-2222222222222222'
const parent = mkdtempSync(join(tmpdir(), 'flowbench-keys-'))
afterAll(() => rmSync(parent, { recursive: true }))

const arm = (name: string, apiKey: string | undefined) => ({ name, apiKey })

/** A folder of an experiment that was begun with these keys. */
function begun(...arms: readonly ReturnType<typeof arm>[]): string {
  const folder = mkdtempSync(join(parent, 'compare-'))
  const experiment = '20261126T060000Z-3f9a'
  const header = {
    schema: 'flowbench-experiment',
    version: 1,
    kind: 'comparison',
    experiment,
    arms: arms.map((each) => armHeader({ ...each, plan: planOf(), experiment })),
  }
  appendFileSync(join(folder, EXPERIMENT_FILES.log), `${JSON.stringify(header)}\n`)
  return folder
}
const asBegun = { kind: 'comparison', keys: 'as-begun' } as const
const withNew = { kind: 'comparison', keys: 'new' } as const

describe('the keys that an experiment goes on with', () => {
  test('are fine where they are those that it was begun with', () => {
    const arms = [arm('baseline', ONE), arm('candidate', TWO)]
    expect(heedKeys(begun(...arms), arms, asBegun)).toBeUndefined()
  })

  test('are refused by the arm where one is another, where they changed places, and where one is gone', () => {
    const folder = begun(arm('baseline', ONE), arm('candidate', TWO))
    const goOn = (one: string | undefined, two: string | undefined) => () =>
      heedKeys(folder, [arm('baseline', one), arm('candidate', two)], asBegun)
    expect(goOn(ONE, ONE)).toThrow(UsageError)
    expect(goOn(ONE, ONE)).toThrow(/the API key of candidate is not the one it was begun with/)
    expect(goOn(TWO, ONE)).toThrow(/the API key of baseline and candidate is/)
    expect(goOn(ONE, undefined)).toThrow(/candidate/)
  })

  test('may be new ones of the same app where somebody says so, which is written down and holds from there on', () => {
    const folder = begun(arm('baseline', ONE), arm('candidate', ONE))
    const arms = [arm('baseline', ONE), arm('candidate', TWO)]
    const { prints, note } = heedKeys(folder, arms, withNew)!
    expect(note).toBe('It went on with a new API key of candidate, said to be of the same app.')
    appendFileSync(join(folder, EXPERIMENT_FILES.log), `${JSON.stringify({ resumed: true, at: '', keyPrints: prints })}\n`)
    expect(heedKeys(folder, arms, asBegun)).toBeUndefined()
    expect(() => heedKeys(folder, [arm('baseline', ONE), arm('candidate', ONE)], asBegun)).toThrow(/candidate/)
  })

  test('are not known of an experiment that stored nothing of them, such as one against the simulator', () =>
    expect(heedKeys(begun(arm('baseline', undefined)), [arm('baseline', ONE)], asBegun)).toBeUndefined())

  test('leave two bytes in its log, others in the next experiment, and nothing of the key itself', () => {
    const log = readFileSync(join(begun(arm('baseline', ONE)), EXPERIMENT_FILES.log), 'utf8')
    const [header] = log.split('\n').map((line) => line && (JSON.parse(line) as { arms: { keyPrint: string }[] }))
    expect((header as { arms: { keyPrint: string }[] }).arms[0]!.keyPrint).toMatch(/^[0-9a-f]{4}$/)
    expect(log).not.toContain('app-one')
    const of = (experiment: string) => armHeader({ name: 'a', plan: planOf(), apiKey: ONE, experiment }).keyPrint
    expect(of('20261126T060000Z-3f9a')).not.toBe(of('20261126T060001Z-aaaa'))
  })
})
