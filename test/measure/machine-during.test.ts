import { expect, test } from 'vitest'
import type { MachineSecond } from '../../src/core/record.ts'
import { SECOND } from '../../src/core/units.ts'
import { ownStall } from '../../src/measure/machine-during.ts'

const seconds = (count: number, stalls: (n: number) => number) =>
  Array.from({ length: count }, (_, n) => ({ at: (n + 1) * SECOND, loop: { max: stalls(n) } }) as unknown as MachineSecond)

test('our own stalls are the longest, and their share of the phase alone', () => {
  const machine = seconds(20, (n) => (n === 12 ? 400_000 : 10_000))
  expect(ownStall(machine, { beganUs: 10 * SECOND, endedUs: 20 * SECOND })).toEqual({ longest: 400_000, share: 0.049 })
  expect(ownStall([], { beganUs: 0, endedUs: SECOND })).toBeUndefined()
})

test('a phase of two days is looked at like any other', () => {
  const machine = seconds(2 * 86_400, (n) => (n === 100_000 ? 30_000 : 1000))
  expect(ownStall(machine, { beganUs: 0, endedUs: 2 * 86_400 * SECOND })?.longest).toBe(30_000)
})
