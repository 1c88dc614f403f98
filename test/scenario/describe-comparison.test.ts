import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectedChange } from '../../src/judge/comparison/expected-change.ts'
import { figureName } from '../../src/judge/figure-name.ts'
import { describeComparison } from '../../src/scenario/describe-comparison.ts'
import { loadArms } from '../../src/scenario/load-scenario.ts'
import { folderWith } from './folder.ts'

const shared = folderWith({})
let count = 0

function told(text: string): string {
  const file = join(shared, `s-${count++}.yaml`)
  writeFileSync(file, text)
  return describeComparison(loadArms(file, { env: {}, seed: 1 })).join('\n')
}

const WARM = '{ name: warm-up, concurrency: 1, for: 5s, measured: false }'
const scenario = (load: string, more = '') =>
  `target: { simulator: llm }\nload: [${load}]\nlimits: { timeout: 10s${more} }\narms: { old: {}, new: { target: { mode: blocking } } }\n`

describe('what a comparison takes is said beforehand', () => {
  test('runs, time and tokens, where the first look decides, after a second one, and at worst', () => {
    const text = told(scenario(`${WARM}, { name: steady, rate: 10/s, for: 1m }`, ', tokens: 1000'))
    expect(text).toMatch(/16 runs \(8 pairs\) where the first look decides, 32 after a second look, at most 36 with pairs run again/)
    // 16 runs of 65 s, 32 of them; 36 with a drain of 10 s each.
    expect(text).toMatch(/about 17m 20s of load, about 34m 40s after a second look; at most 45m with every drain at its limit/)
    expect(text).toContain('at most 36000 tokens by the budget of each run')
    expect(text).toMatch(/a change of about 1\d(\.\d)? % at the first look and \d(\.\d+)? % at the second, in four cases out of five/)
    expect(text).not.toContain('beware')
  })

  test('the first arm whole, of the other only what differs', () => {
    const text = told(scenario(`${WARM}, { name: steady, rate: 10/s, for: 1m }`))
    expect(text.match(/^target /gm)).toHaveLength(1)
    expect(text).toMatch(/^arm +old$/m)
    expect(text).toMatch(/^arm +new$/m)
    expect(text.match(/blocking/g)!.length).toBeGreaterThan(0)
  })

  test('that it cannot be known where a closed phase sends what the target allows, and that a warm-up is missing', () => {
    const text = told(scenario('{ name: users, concurrency: 4, for: 1m }'))
    expect(text).toContain('the smallest change is not known before a run')
    expect(text).toContain('no budget of tokens')
    expect(text).toContain('runs begin without a warm-up')
  })

  test('that throughput of an open phase tells nothing, and of a closed one does', () => {
    const by = (load: string) => told(`${scenario(`${WARM}, ${load}`)}judge: { primary: throughput }\n`)
    expect(by('{ name: steady, rate: 10/s, for: 1m }')).toMatch(/beware +throughput of an open phase is what the schedule sends/)
    expect(by('{ name: users, concurrency: 4, for: 1m }')).not.toContain('beware')
  })

  test('and pairs that nobody could run are refused', () =>
    expect(() => told(`${scenario('{ name: users, concurrency: 4, for: 1m }')}judge: { pairs: 2000000000 }\n`)).toThrow(
      /2000000000 pairs are more than 1000/,
    ))

  test('that the margin is smaller than what can be seen', () => {
    expect(told(scenario(`${WARM}, { name: steady, rate: 1/s, for: 20s }`))).toContain('that is more than the margin of 10 %')
  })
})

describe('growth of failures that so few exchanges cannot rule out is said beforehand', () => {
  const beware = (load: string) => /^beware[\s\S]*$/m.exec(told(scenario(`${WARM}, ${load}`)))?.[0].replace(/\s+/g, ' ')
  test('for the first look, where the second has enough', () =>
    expect(beware('{ name: steady, rate: 10/s, for: 4s }')).toContain(
      '320 exchanges of each arm at the first look cannot rule out that failures grew by a point, even where none fails: "no regression" and "improved" wait for the second, with 640 (it takes 368)',
    ))
  test('for both, where neither has', () =>
    expect(beware('{ name: steady, rate: 10/s, for: 2s }')).toContain(
      '320 exchanges of each arm at the second look cannot rule out that failures grew by a point, even where none fails: "no regression" and "improved" are never said; 368 would do',
    ))
  test('and not at all where 8 runs of 46 exchanges are enough, or nobody can know how many there are', () => {
    expect(beware('{ name: steady, rate: 46/s, for: 1s }')).toBeUndefined()
    expect(beware('{ name: users, concurrency: 4, for: 1m }')).toBeUndefined()
  })
})

describe('the smallest change to hope for, where noise was measured', () => {
  test('rests on that noise and says where it is from, even of a closed phase', () => {
    const file = join(shared, 'noise.yaml')
    writeFileSync(file, scenario(`${WARM}, { name: users, concurrency: 4, for: 1m }`))
    const text = describeComparison(loadArms(file, { env: {}, seed: 1 }), { deviation: 0.06, origin: 'a calibration' }).join('\n')
    // (2.726 + 0.896) · 0.06 / √8 = 0.0768, which is 8 %.
    expect(text).toMatch(/a change of about (7\.9\d?|8(\.\d+)?) % at the first look/)
    expect(text).toContain('as this scenario scattered in a calibration')
    expect(text).not.toContain('ordinary workflow')
  })
})

describe('the smallest change to hope for', () => {
  const p95 = figureName('response_time p95')
  test('is that of a normal law of the supposed scatter: by hand 12 % for p95 of 600 exchanges in 8 pairs', () => {
    // √(0.3²·4.47/600 + 0.15²·39/600 + 0.04²) = 0.0609 a run; times √2; (2.76 + 0.896)/√8 of it: 0.111.
    expect(expectedChange(p95, { exchanges: 600, pairs: 8 })).toBeCloseTo(0.118, 2)
  })
  test('falls with exchanges and with pairs, and never below what runs scatter among themselves', () => {
    const at = (exchanges: number, pairs: number) => expectedChange(p95, { exchanges, pairs })
    expect(at(600, 16)).toBeLessThan(at(600, 8))
    expect(at(6000, 8)).toBeLessThan(at(600, 8))
    expect(at(1e9, 8)).toBeGreaterThan(0.06)
    expect(expectedChange(figureName('response_time p50'), { exchanges: 600, pairs: 8 })).toBeLessThan(at(600, 8))
  })
})
