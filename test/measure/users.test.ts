import { describe, expect, test } from 'vitest'
import { micros, perSecond } from '../../src/core/units.ts'
import { namesManyUsers, userSpread, usersInWords } from '../../src/measure/users.ts'
import { createDraw } from '../../src/scenario/draw.ts'
import { checkTemplates } from '../../src/scenario/template.ts'
import { closedPhase, inputSet, openPhase, planOf, s } from '../helpers/samples.ts'
import { virtualRun } from '../helpers/virtual-run.ts'
import { runOf } from '../helpers/virtual-transport.ts'

const rows = ['ann', 'bob', 'ann', 'cy'].map((name) => ({ name }))
const inputs = [{ ...inputSet('rows'), rows }]

/** Two phases of four slots and 20 runs each, a warm-up the first, then 20 runs by schedule. */
async function usersOf(user: string) {
  const closed = (name: string, measured: boolean) => {
    const { length: _, ...phase } = closedPhase({ name, measured, runs: 20 })
    return phase
  }
  const open = openPhase({ from: perSecond(20), to: perSecond(20), length: s(1) })
  const phases = user.includes('slot') ? [closed('a', false), closed('b', true)] : [closed('a', false), closed('b', true), open]
  const plan = planOf({ user, inputs, phases })
  const draw = createDraw(plan, { run: 'the-run' })
  const run = await virtualRun(plan, (request) => runOf(request, 1000), { draw })
  const sent = run.requests.map(({ request }) => JSON.parse(request.body!).user as string)
  return { counted: run.measured.facts.users, distinct: new Set(sent).size, sent: sent.length, samples: run.samples, asSent: sent }
}

describe('how many users a run names is counted from what was sent, warm-ups included', () => {
  test.each([
    ['of a constant', 'load-test', 1, 'constant'],
    ['of a run', 'flowbench-{{run}}', 1, 'run'],
    ['of slots', '{{run}}-{{slot}}', 4, 'slot'],
    ['of rows, each name once', '{{row.name}}', 3, 'row'],
    ['of a choice', '{{pick a b}}', 2, 'draw'],
    ['of a number drawn', 'u{{int 1 3}}', 3, 'draw'],
    ['of numbers, which begin anew in each phase', '{{ n }}', 20, 'exchange'],
    ['of UUIDs', '{{uuid}}', 60, 'exchange'],
    ['of nonces', 'u-{{nonce}}', 60, 'exchange'],
  ])('%s', async (_, user, users, spread) => {
    const found = await usersOf(user)
    expect([found.counted, found.distinct]).toEqual([users, users])
    expect(userSpread(user)).toBe(spread)
    const named = found.samples.map((sample) => sample.user)
    expect(named.toSorted()).toEqual(namesManyUsers(user) ? found.asSent.toSorted() : found.asSent.map(() => undefined))
  })

  test('what was never sent named nobody', async () => {
    const plan = planOf({ user: '{{uuid}}', phases: [openPhase()], limits: { ...planOf().limits, inFlight: 1 } })
    const run = await virtualRun(plan, (request) => runOf(request, 60_000_000), { draw: createDraw(plan, { run: 'r' }) })
    expect(run.samples.filter(({ outcome }) => outcome.kind === 'dropped').length).toBeGreaterThan(90)
    expect(run.measured.facts.users).toBe(run.requests.length)
    expect(micros(run.requests.length)).toBeLessThan(5)
  })
})

test('every template that a scenario may use is known to spread users in some way', () => {
  const [problem] = checkTemplates('{{unheard-of-template}}', { hasSlots: true })
  const forms = [...problem!.right.matchAll(/\{\{[^}]+\}\}/g)].map(([form]) => form)
  expect(forms).toHaveLength(8)
  for (const form of forms) expect(userSpread(form), form).not.toBe('constant')
})

test('of several templates the one that makes the most users decides, and it is said in words', () => {
  expect(userSpread('{{run}}-{{pick a b}}-{{uuid}}')).toBe('exchange')
  expect(userSpread('{{run}} {{slot}}')).toBe('slot')
  expect(usersInWords('me')).toBe('one user, the same in every run of flowbench')
  expect(usersInWords('{{ uuid }}')).toBe('a new user with each exchange')
})
