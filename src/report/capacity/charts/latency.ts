import type { CapacitySummary } from '../../../core/capacity-summary.ts'
import { loadInUnits } from '../../../judge/capacity/capacity-words.ts'
import { parseObjective } from '../../../judge/objectives/objective-grammar.ts'
import { counted as inWords } from '../../../measure/figures.ts'
import { latencyAxis } from '../../charts/duration-axis.ts'
import type { Figure } from '../../charts/figure.ts'
import { drawn } from '../../charts/frame.ts'
import { dots } from '../../charts/marks.ts'
import { duration, NONE } from '../../format.ts'
import { html } from '../../markup.ts'
import { counted, loadAxis } from './load-axis.ts'
import { keyOf, level, votes } from './votes.ts'

/** Below the quickest trials the axis has so much room: dots on its edge would be cut in halves. */
const ROOM = 1.25

/** p50 and p95 of every trial against its load, with the limits of the objectives on response time. */
export function latencyFigure(summary: CapacitySummary): Figure {
  const trials = counted(summary).filter(({ responseP95 }) => responseP95 !== undefined)
  const limits = responseLimits(summary.objectives)
  const x = loadAxis(summary)
  const values = trials.flatMap(({ responseP50, responseP95 }) => [responseP50!, responseP95!])
  const lowest = Math.min(...values, Number.MAX_VALUE)
  const y = latencyAxis('response time', lowest, {
    lowest: lowest / ROOM,
    highest: Math.max(1, ...values, ...limits.map(({ limit }) => limit)),
  })
  const axes = { x, y }
  return {
    id: `${summary.mode}-latency`,
    title: 'Response time against load',
    note: `A dot for the p95 of each trial, a faint one for its p50${limits.length > 0 ? '; dotted lines are the limits of the objectives' : ''}.${y.logarithmic ? ' The axis of times is logarithmic.' : ''}`,
    key: keyOf(trials),
    drawing: drawn(
      {
        id: `${summary.mode}-latency-plot`,
        title: 'Response time against load',
        description: `${inWords(trials.length, 'trial')}; limits: ${limits.map(({ text }) => text).join(', ') || 'none'}.`,
        x,
        y,
      },
      html`${limits.map(({ limit }) => level(limit, axes, 'thin offered'))}${dots(
        trials.map(({ load, responseP50 }) => ({ x: load, y: responseP50 })),
        axes,
        'faint',
      )}${votes(trials, axes, ({ load, responseP95 }) => ({ x: load, y: responseP95 }))}`,
    ),
    table: {
      head: ['Load', 'p50', 'p95', 'finding'],
      words: [3],
      rows: trials.map(({ load, responseP50, responseP95, finding }) => [
        loadInUnits(load, summary.axis),
        responseP50 === undefined ? NONE : duration(responseP50),
        responseP95 === undefined ? NONE : duration(responseP95),
        finding,
      ]),
    },
  }
}

/** The limits that objectives set to the response time, in µs. */
export const responseLimits = (objectives: readonly string[]): readonly { readonly text: string; readonly limit: number }[] =>
  objectives.flatMap((text) => {
    const parsed = parseObjective(text)
    if ('problem' in parsed) return []
    const { subject, limit } = parsed.objective
    return 'metric' in subject && subject.metric === 'response_time' ? [{ text, limit }] : []
  })
