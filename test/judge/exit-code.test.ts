import { describe, expect, test } from 'vitest'
import type { Caveat } from '../../src/core/caveat.ts'
import type { ObjectiveResult } from '../../src/core/summary.ts'
import { conclude, type Findings } from '../../src/judge/exit-code.ts'

const well: Findings = { status: 'whole', objectives: [], caveats: [], breaches: [] }
const objective = (verdict: ObjectiveResult['verdict'], over: Partial<ObjectiveResult> = {}): ObjectiveResult => ({
  text: 'response_time p95 < 1s',
  verdict,
  limit: 1e6,
  explanation: '',
  ...over,
})
const late: Caveat = { kind: 'generator-late', text: '', invalidates: true }
const dropped: Caveat = { kind: 'sends-dropped', text: '', invalidates: false }
const bug = { kind: 'outcomes', text: '' } as const
const area = { kind: 'area', text: '' } as const

describe('the exit code of a run', () => {
  test.each<[string, Partial<Findings>, number]>([
    ['nothing to say', {}, 0],
    ['objectives hold', { objectives: [objective('held'), objective('held-not-proven')] }, 0],
    ['a caveat that does not invalidate', { caveats: [dropped] }, 0],
    ['missed', { objectives: [objective('missed')] }, 10],
    ['undecided', { objectives: [objective('undecided')] }, 12],
    ['missed and undecided', { objectives: [objective('undecided'), objective('missed')] }, 10],
    ['invalid', { caveats: [late] }, 4],
    ['invalid and undecided', { caveats: [late], objectives: [objective('undecided')] }, 4],
    ['invalid and missed, but not from sent', { caveats: [late], objectives: [objective('missed', { missedFromSent: false })] }, 4],
    ['invalid and missed from sent too', { caveats: [late], objectives: [objective('missed', { missedFromSent: true })] }, 10],
    ['key revoked', { status: 'interrupted', stoppedBecause: 'key', objectives: [objective('missed')] }, 3],
    ['first twenty refused', { status: 'interrupted', stoppedBecause: 'unreachable' }, 3],
    ['books: a bug', { breaches: [bug], stoppedBecause: 'key', objectives: [objective('missed')] }, 70],
    ['books: the area alone is a doubt', { breaches: [area], caveats: [{ ...late, kind: 'books' }] }, 4],
    ['not written', { unwritten: true, breaches: [bug] }, 74],
    ['not written, which interrupts it', { status: 'interrupted', unwritten: true }, 74],
    ['SIGINT', { status: 'interrupted', signal: 'SIGINT', unwritten: true }, 130],
    ['a signal without a name', { status: 'interrupted' }, 130],
    ['SIGTERM', { status: 'interrupted', signal: 'SIGTERM', objectives: [objective('missed')] }, 143],
    ['incomplete: objectives are shown, not judged', { status: 'incomplete', objectives: [objective('missed')] }, 0],
    ['incomplete and invalid', { status: 'incomplete', objectives: [objective('missed', { missedFromSent: true })], caveats: [late] }, 4],
  ])('%s', (_, over, code) => {
    const { exitCode, exitReason, valid } = conclude({ ...well, ...over })
    expect(exitCode).toBe(code)
    expect(exitReason).toMatch(new RegExp(`^Exit code ${code}, .*[^.]\\.$`))
    expect(valid).toBe(!(over.caveats ?? []).some(({ invalidates }) => invalidates))
  })

  test('the sentence names every code that applies, the deciding one first', () => {
    const { exitReason } = conclude({ ...well, signal: 'SIGINT', caveats: [late], objectives: [objective('undecided')] })
    expect(exitReason).toMatch(/code 130, since .*SIGINT; also 4, since .*generator-late.*; also 12, since .*response_time p95/)
  })
})
