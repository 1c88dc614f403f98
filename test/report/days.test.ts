import { expect, test } from 'vitest'
import type { PhaseSummary, SecondSummary } from '../../src/core/phase-summary.ts'
import type { MachineSecond } from '../../src/core/record.ts'
import { SECOND } from '../../src/core/units.ts'
import { cpuFigure, loopFigure } from '../../src/report/charts/machine.ts'
import { inFlightFigure, latencyFigure, throughputFigure } from '../../src/report/charts/over-time.ts'
import { type Timeline, timelineOf } from '../../src/report/charts/time-axis.ts'

const TWO_DAYS = 2 * 86_400
const second = (at: number): SecondSummary => ({
  second: at,
  intended: 1,
  completed: 1,
  p50: 10_000,
  p95: 20_000,
  max: at === TWO_DAYS - 1 ? 900_000 : 30_000,
  inFlight: 2,
  connectionsOpen: 3,
  outcomes: { succeeded: 1 },
})

const phase = {
  beganUs: 0,
  endedUs: TWO_DAYS * SECOND,
  mode: 'streaming',
  measured: true,
  series: { seconds: Array.from({ length: TWO_DAYS }, (_, at) => second(at)) },
} as unknown as PhaseSummary
const machine = Array.from(
  { length: TWO_DAYS },
  (_, at) => ({ at: (at + 1) * SECOND, loop: { p99: 1000, max: 2000 }, cpu: 0.1, machineIdle: 0.8 }) as unknown as MachineSecond,
)

test.each([
  ['latency', latencyFigure],
  ['throughput', throughputFigure],
  ['in flight', inFlightFigure],
  ['loop', (time: Timeline) => loopFigure(machine, time)],
  ['CPU', (time: Timeline) => cpuFigure(machine, time)],
])('the chart of %s draws two days, second by second', (_, figure) => {
  const { drawing } = figure(timelineOf([['soak', phase]], 100))
  expect(drawing.markup.length).toBeGreaterThan(1000)
  expect(drawing.markup.length).toBeLessThan(400_000)
})
