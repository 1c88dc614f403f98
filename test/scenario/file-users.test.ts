import { describe, expect, it } from 'vitest'
import { uploadNeeds } from '../../src/scenario/file-users.ts'
import { load, refusal } from './folder.ts'

const INPUTS = `inputs:
  - { name: doc, files: { a: { generate: pdf }, b: [{ generate: png }, { generate: png }] } }
  - { name: text, weight: 3, values: { text: hi } }
`
const scenario = (user: string, phases = '[{ concurrency: 4, runs: 40 }]', inputs = INPUTS) =>
  `target: { simulator: llm }\nload: ${phases}\nuser: "${user}"\n${inputs}`

function needsOf(text: string) {
  const found = uploadNeeds(load(text).plan, { run: 'r' })
  if (!found.ok) throw new Error(found.wrong)
  return found.needs.map(({ user, file }) => `${user} ${file.name}`)
}
const usersOf = (text: string) => [...new Set(needsOf(text).map((need) => need.split(' ')[0]))]

describe('every file is uploaded once for each user that will be sent it', () => {
  it('one user: once', () => {
    expect(needsOf(scenario('me-{{run}}'))).toEqual(['me-r doc-a.pdf', 'me-r doc-b-1.png', 'me-r doc-b-2.png'])
  })

  it('a user for each slot: for every slot of the largest phase', () => {
    expect(usersOf(scenario('u{{slot}}', '[{ concurrency: 2, for: 1s }, { concurrency: 1..3, for: 1s }]'))).toEqual(['u0', 'u1', 'u2'])
  })

  it('a user for each run: only for runs that draw the files', () => {
    const users = usersOf(scenario('u{{n}}'))
    expect(users.length).toBeGreaterThan(3)
    expect(users.length).toBeLessThan(20)
  })

  it('a few users by chance: each once', () => {
    expect(usersOf(scenario('{{pick a b}}', '[{ rate: 50/s, arrivals: poisson, for: 2s }]')).toSorted()).toEqual(['a', 'b'])
    expect(usersOf(scenario('{{pick a b}}', '[{ concurrency: 1, for: 1m }]\nlimits: { runs: 100 }')).toSorted()).toEqual(['a', 'b'])
  })

  it('the same file in two input sets is one, an address is none, and so are sets without files', () => {
    const twice = 'inputs: [{ files: { a: https://h/x.pdf } }, { values: { text: hi } }]\n'
    expect(needsOf(scenario('me', undefined, twice))).toEqual([])
  })

  it.each([
    ['{{nonce}}', '[{ concurrency: 1, runs: 2 }]', /\{\{nonce\}\} tells nobody/, /flowbench-\{\{run\}\}/],
    [
      'u{{n}}',
      '[{ name: soak, concurrency: 1, for: 1h }]',
      /nobody knows how many runs, so how many users, soak will have/,
      /limits\.runs/,
    ],
    ['u{{n}}', '[{ concurrency: 1, runs: 5000 }]', /more than 200 uploads/, /name fewer files/],
    ['{{pick a b}}', '[{ name: soak, rate: 100/s, for: 1h }]', /soak has more than 100000 runs/, /same for all runs/],
    [
      'u{{slot}}{{pick a b}}',
      '[{ name: wide, concurrency: 100, runs: 2000 }]',
      /wide has more than 100000 runs, each in any of its slots,/,
      /same for all runs/,
    ],
  ])('%s in %s is refused in a sentence', (user, phases, wrong, right) => {
    const [problem, ...more] = refusal(scenario(user, phases)).problems
    expect([problem!.field, problem!.wrong, problem!.right]).toEqual(['user', expect.stringMatching(wrong), expect.stringMatching(right)])
    expect(more).toEqual([])
    // Without files any user will do.
    expect(load(scenario(user, phases, '')).plan.user).toBe(user)
  })
})
