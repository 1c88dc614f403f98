import type { CapacityModesSummary } from '../../../core/capacity-modes.ts'
import type { CapacitySummary } from '../../../core/capacity-summary.ts'
import { loadInUnits } from '../../../judge/capacity/capacity-words.ts'
import { bracketInWords } from '../../../judge/capacity/mode-sentences.ts'
import { latencyAxis } from '../../charts/duration-axis.ts'
import type { Figure } from '../../charts/figure.ts'
import { drawn } from '../../charts/frame.ts'
import { dots, line } from '../../charts/marks.ts'
import { duration, NONE } from '../../format.ts'
import { html } from '../../markup.ts'
import { responseLimits } from './latency.ts'
import { counted, loadAxis } from './load-axis.ts'
import { level } from './votes.ts'

/** p95 of every trial against its load in every mode, with the bracket of each. */
export function latencyOfModesFigure({ modes, answers, axis }: CapacityModesSummary): Figure {
  const begun = modes.flatMap((mode) => answers[mode] ?? [])
  const trials = begun.map((answer) => ({ answer, points: pointsOf(answer) }))
  const limits = responseLimits(begun[0]?.objectives ?? [])
  const values = trials.flatMap(({ points }) => points.map(({ y }) => y))
  const lowest = Math.min(...values, Number.MAX_VALUE)
  const x = loadAxis({ axis, levels: begun.flatMap(({ levels }) => levels) })
  const y = latencyAxis('response time, p95', lowest, { lowest, highest: Math.max(1, ...values, ...limits.map(({ limit }) => limit)) })
  const axes = { x, y }
  const upright = (at: number | null, look: string) =>
    at !== null &&
    line(
      [y.ticks[0]!.at, y.ticks.at(-1)!.at].map((value) => ({ x: at, y: value })),
      axes,
      look,
    )
  return {
    id: 'modes-latency',
    title: 'Response time against load, in both modes',
    note: `A dot for the p95 of each trial, a line through their means. Upright lines are the ends of each bracket: what held, and what did not${limits.length > 0 ? '; dotted lines across are the limits of the objectives' : ''}.${y.logarithmic ? ' The axis of times is logarithmic.' : ''}`,
    key: begun.map(({ mode }) => ({ look: mode, kind: 'line', label: mode })),
    drawing: drawn(
      {
        id: 'modes-latency-plot',
        title: 'Response time against load, in both modes',
        description: `${begun.map((answer) => `${answer.mode}: ${bracketInWords(answer)}`).join('; ')}.`,
        x,
        y,
      },
      html`${limits.map(({ limit }) => level(limit, axes, 'thin offered'))}${trials.map(
        ({ answer: { mode, lower, upper }, points }) =>
          html`${upright(lower, `thin ${mode}`)}${upright(upper, `thin ${mode}`)}${line(meansOf(points), axes, mode)}${dots(points, axes, `mark ${mode}`)}`,
      )}`,
    ),
    table: {
      head: ['Load', ...begun.map(({ mode }) => `${mode}, p95`)],
      rows: [...new Set(trials.flatMap(({ points }) => points.map((point) => point.x)))]
        .sort((a, b) => a - b)
        .map((load) => [
          loadInUnits(load, axis),
          ...trials.map(({ points }) => {
            const mean = meansOf(points).find((point) => point.x === load)?.y
            return mean === undefined ? NONE : duration(mean)
          }),
        ]),
    },
  }
}

interface At {
  readonly x: number
  readonly y: number
}

const pointsOf = (answer: CapacitySummary): readonly At[] =>
  counted(answer).flatMap(({ load, responseP95 }) => (responseP95 === undefined ? [] : [{ x: load, y: responseP95 }]))

/** One point for each load, the lowest first. */
const meansOf = (points: readonly At[]): readonly At[] =>
  [...Map.groupBy(points, ({ x }) => x)]
    .map(([x, at]) => ({ x, y: at.reduce((sum, { y }) => sum + y, 0) / at.length }))
    .sort((a, b) => a.x - b.x)
