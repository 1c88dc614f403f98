import type { OutcomeKind } from '../../core/sample.ts'
import { SECOND } from '../../core/units.ts'
import { largest, smallest } from '../../stats/extremes.ts'
import { count, digits, duration, rate, span } from '../format.ts'
import { html } from '../markup.ts'
import { latencyAxis } from './duration-axis.ts'
import type { Figure } from './figure.ts'
import { modesOf, phaseLooks, STACKING } from './looks.ts'
import { dots, line, ribbon, stacks, steps } from './marks.ts'
import { linear, ticks, tickText } from './scale.ts'
import { thinned } from './thin.ts'
import { draw, perLine, perPhase, rows, shown, type Timeline, thinnedOf } from './time-axis.ts'
import { type Bucket, bucketsOf, type Entry } from './timeline.ts'

const BARS = 180

/** Response time over time: middle, p95 and longest of each second of intention. */
export function latencyFigure(time: Timeline): Figure {
  const told = time.entries.filter(({ second }) => second.p50 !== undefined && second.max !== undefined)
  const [typical, longest] = [smallest(told.map(({ second }) => second.p50!)), Math.max(1, largest(told.map(({ second }) => second.max!)))]
  const y = latencyAxis('response time', typical, { lowest: typical, highest: longest })
  const axes = { x: time.x, y }
  const looks = phaseLooks(time.phases)
  const each = perPhase(time)
  const marks = html`${each((entries, phase) => {
    const line50 = thinnedOf(entries, ({ p50 }) => p50, time)
    const line95 = thinnedOf(entries, ({ p95 }) => p95, time)
    const few = entries.length * 2 <= perLine(time)
    const band = few
      ? ribbon(
          entries.map(({ from, to, second }) => ({ x: (from + to) / 2, low: second.p50, high: second.p95 })),
          axes,
          looks[phase]!,
        )
      : html``
    return html`${band}${dots(
      thinnedOf(entries, ({ max }) => max, time),
      axes,
      `faint ${looks[phase]!}`,
    )}${line(line95, axes, `thin ${looks[phase]!}`)}${line(line50, axes, looks[phase]!)}`
  })}`
  return {
    id: 'latency',
    title: 'Response time over time',
    note: `Each second’s runs by the moment they were intended: the strong line is p50, the thin one p95, dots the longest.${y.logarithmic ? ' The axis of times is logarithmic.' : ''}`,
    key: modesOf(time.phases).flatMap((mode) => [
      { look: mode, kind: 'line' as const, label: `${mode}, p50` },
      { look: `thin ${mode}`, kind: 'line' as const, label: 'p95' },
      { look: `faint ${mode}`, kind: 'dot' as const, label: 'longest' },
    ]),
    drawing: draw(
      time,
      {
        id: 'latency',
        title: 'Response time over time',
        description: `From ${told.length > 0 ? `${duration(typical)} to ${duration(longest)}` : 'nothing'} over ${span(time.end * SECOND)}.`,
        y,
      },
      {
        marks,
        hover: (bucket) => `p50 ${shown(bucket.p50)}, p95 ${shown(bucket.p95)}, longest ${shown(bucket.max)}`,
      },
    ),
    table: {
      words: [1],
      head: ['Time', 'phase', 'p50, lowest', 'p95, highest', 'longest'],
      rows: told.length === 0 ? [] : rows(time, ({ p50, p95, max }) => [shown(p50), shown(p95), shown(max)]),
    },
  }
}

/** What was asked of the server against what came back. */
export function throughputFigure(time: Timeline): Figure {
  const highest = Math.max(0, largest(time.entries.flatMap((entry) => [perSecond(entry, 'intended'), perSecond(entry, 'completed')])))
  const axis = ticks(highest)
  const y = {
    label: 'runs per second',
    scale: linear(0, axis.at(-1)!),
    ticks: axis.map((at) => ({ at, label: at === 0 ? '0' : `${tickText(at)}/s` })),
  }
  const axes = { x: time.x, y }
  const looks = phaseLooks(time.phases)
  const marks = html`${perPhase(time)((entries, phase) => {
    const points = (which: 'intended' | 'completed') =>
      thinned(
        entries.map((entry) => ({ x: entry.from, y: perSecond(entry, which) })),
        perLine(time),
      )
    const end = entries.at(-1)!.to
    return html`${steps(points('intended'), axes, { look: 'offered', end })}${steps(points('completed'), axes, { look: looks[phase]!, end })}`
  })}`
  return {
    id: 'throughput',
    title: 'Throughput',
    note: 'Offered is what was intended in each second, completed the accepted runs that ended in it. Where completed falls behind, work piles up.',
    key: [
      { look: 'offered', kind: 'line', label: 'offered' },
      ...modesOf(time.phases).map((mode) => ({ look: mode, kind: 'line' as const, label: `completed, ${mode}` })),
    ],
    drawing: draw(
      time,
      { id: 'throughput', title: 'Throughput', description: `Runs offered and completed per second, at most ${rate(highest)}.`, y },
      {
        marks,
        hover: (bucket) => `offered ${rate(bucket.offered)}, completed ${rate(bucket.completed)}`,
      },
    ),
    table: {
      words: [1],
      head: ['Time', 'phase', 'offered', 'completed'],
      rows: rows(time, ({ offered, completed }) => [rate(offered), rate(completed)]),
    },
  }
}

/** How much was under way at once. */
export function inFlightFigure(time: Timeline): Figure {
  const highest = Math.max(0, largest(time.entries.flatMap(({ second }) => [second.inFlight, second.connectionsOpen])))
  const axis = ticks(highest)
  const y = { label: 'at once', scale: linear(0, axis.at(-1)!), ticks: axis.map((at) => ({ at, label: tickText(at) })) }
  const axes = { x: time.x, y }
  const looks = phaseLooks(time.phases)
  const marks = html`${perPhase(time)(
    (entries, phase) =>
      html`${line(
        thinnedOf(entries, ({ connectionsOpen }) => connectionsOpen, time),
        axes,
        'offered',
      )}${line(
        thinnedOf(entries, ({ inFlight }) => inFlight, time),
        axes,
        looks[phase]!,
      )}`,
  )}`
  return {
    id: 'in-flight',
    title: 'In flight and connections open',
    note: 'Means of each second. A run is in flight until its terminal event; its connection may stay open longer, and a server with few slots feels that.',
    key: [
      ...modesOf(time.phases).map((mode) => ({ look: mode, kind: 'line' as const, label: `in flight, ${mode}` })),
      { look: 'offered', kind: 'line', label: 'connections open' },
    ],
    drawing: draw(
      time,
      { id: 'in-flight', title: 'In flight and connections open', description: `At most ${digits(highest)} at once.`, y },
      {
        marks,
        hover: (bucket) => `in flight ${digits(bucket.inFlight)}, connections open ${digits(bucket.connectionsOpen)}`,
      },
    ),
    table: {
      words: [1],
      head: ['Time', 'phase', 'in flight', 'connections open'],
      rows: rows(time, ({ inFlight, connectionsOpen }) => [digits(inFlight), digits(connectionsOpen)]),
    },
  }
}

/** How exchanges ended, by the second in which they did. */
export function outcomesFigure(time: Timeline): Figure {
  const kinds = STACKING.filter((kind) => time.entries.some(({ second }) => (second.outcomes[kind] ?? 0) > 0))
  const bars = bucketsOf(time.phases, BARS).map(({ from, to, outcomes }) => ({
    from,
    to,
    parts: kinds.map((look) => ({ look, value: (outcomes[look] ?? 0) / Math.max(to - from, 1e-6) })),
  }))
  const highest = Math.max(0, ...bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0)))
  const axis = ticks(highest)
  const y = {
    label: 'endings per second',
    scale: linear(0, axis.at(-1)!),
    ticks: axis.map((at) => ({ at, label: at === 0 ? '0' : `${tickText(at)}/s` })),
  }
  const told = ({ outcomes }: Bucket) =>
    kinds
      .filter((kind) => outcomes[kind])
      .map((kind) => `${kind} ${count(outcomes[kind]!)}`)
      .join(', ')
  return {
    id: 'outcomes',
    title: 'Outcomes over time',
    note: 'Endings per second, failures at the bottom, so that even a few are seen.',
    key: kinds.toReversed().map((look) => ({ look, kind: 'area', label: look })),
    drawing: draw(
      time,
      { id: 'outcomes', title: 'Outcomes over time', description: `Kinds of ending: ${kinds.toReversed().join(', ') || 'none'}.`, y },
      { marks: stacks(bars, { x: time.x, y }), hover: (bucket) => told(bucket) || 'nothing ended' },
    ),
    table: {
      words: [1],
      head: ['Time', 'phase', ...kinds.toReversed()],
      rows:
        kinds.length === 0 ? [] : rows(time, ({ outcomes }) => kinds.toReversed().map((kind: OutcomeKind) => count(outcomes[kind] ?? 0))),
    },
  }
}

const perSecond = ({ from, to, second }: Entry, which: 'intended' | 'completed'): number => second[which] / (to - from)
