import { describe, expect, test } from 'vitest'
import type { Diagnosis, OverloadKind } from '../../src/core/diagnosis.ts'
import type { RunSummary } from '../../src/core/summary.ts'
import { viewOf } from '../../src/report/view.ts'
import { makeRun, translatePlan } from '../helpers/run-summary.ts'

const run = await makeRun()
const lingering = run.summary.caveats.filter(({ kind }) => kind === 'connections-linger')
const diagnosed = (overload: Partial<Diagnosis['overload']>): RunSummary['diagnoses'] =>
  Object.fromEntries(
    Object.keys(run.summary.diagnoses).map((phase) => [phase, { overload: { kind: 'none', because: '', evidence: [], ...overload } }]),
  )
const viewed = (overload: Partial<Diagnosis['overload']>) => viewOf({ ...run, summary: { ...run.summary, diagnoses: diagnosed(overload) } })

describe('connections that linger, as they do in nearly every streaming run', () => {
  test('are a caveat of run.json in each phase', () => expect(lingering.length).toBeGreaterThan(1))

  test.each<OverloadKind | 'none'>(['none', 'workers', 'worker-cpu'])('are one small note where the diagnosis is %s', (kind) => {
    const { caveats, validity } = viewed({ kind })
    const told = caveats.filter(({ text }) => /connections/i.test(text))
    expect(told).toEqual([{ word: 'note', tone: 'plain', text: expect.stringContaining(`in ${lingering[0]!.phase}`) }])
    expect(caveats.at(-1)).toBe(told[0])
    expect(validity.sentence).not.toMatch(new RegExp(`${run.summary.caveats.length} caveats`))
  })

  test.each<Partial<Diagnosis['overload']>>([{ kind: 'connections' }, { kind: 'unclear', suspects: ['connections', 'workers'] }])(
    'are told in full where they may be why: %o',
    (overload) => {
      const told = viewed(overload).caveats.filter(({ text }) => /connections were open/.test(text))
      expect(told.map(({ word }) => word)).toEqual(lingering.map(() => 'caveat'))
    },
  )
})

test('a report says that the modes run in different processes where both were measured', async () => {
  expect(viewOf(run).diagnoses.modes).toContain('two deployments')
  const one = await makeRun(translatePlan({ phases: translatePlan().phases.filter(({ mode }) => mode === 'streaming') }))
  expect(viewOf(one).diagnoses.modes).toBeUndefined()
})
