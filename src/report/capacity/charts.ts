import type { CapacitySummary, CapacityTrial } from '../../core/capacity-summary.ts'
import { SECOND } from '../../core/units.ts'
import { loadInUnits } from '../../judge/capacity/capacity-words.ts'
import { parseObjective } from '../../judge/objectives/objective-grammar.ts'
import { latencyAxis } from '../charts/duration-axis.ts'
import type { Figure } from '../charts/figure.ts'
import { type Axis, drawn } from '../charts/frame.ts'
import { dots, line, ribbon } from '../charts/marks.ts'
import { clockText, clockUnit, linear, logarithmic, logTicks, ticks, tickText, timeTicks } from '../charts/scale.ts'
import { digits, duration, NONE, rate, span } from '../format.ts'
import { html, type Markup } from '../markup.ts'

/** Trials that are votes or proofs of their load. */
const counted = ({ trialList }: CapacitySummary): readonly CapacityTrial[] =>
  trialList.filter(({ finding }) => finding === 'held' || finding === 'missed')

/** Loads on an axis of logarithms, since a search goes by factors. */
function loadAxis({ levels, axis }: CapacitySummary): Axis {
  const loads = levels.map(({ load }) => load)
  const [low, high] = loads.length === 0 ? [1, 10] : [Math.min(...loads), Math.max(...loads)]
  const round = logTicks(low, high > low ? high : low * 2)
  return {
    label: axis === 'rate' ? 'runs per second asked for' : 'slots',
    scale: logarithmic(round[0]!, round.at(-1)!),
    ticks: round.map((at) => ({ at, label: tickText(at) })),
  }
}

function fromZero(label: string, most: number, write: (value: number) => string = tickText): Axis {
  const round = ticks(most)
  return { label, scale: linear(0, round.at(-1)!), ticks: round.map((at) => ({ at, label: write(at) })) }
}

const FINDINGS = [
  ['held', 'held'],
  ['missed', 'missed'],
  ['spoiled', 'spoiled by our own machine'],
  ['throttled', 'throttled'],
  ['stuck', 'no recovery'],
] as const satisfies readonly (readonly [CapacityTrial['finding'], string])[]

const keyOf = (trials: readonly CapacityTrial[]): Figure['key'] =>
  FINDINGS.filter(([finding]) => trials.some((trial) => trial.finding === finding)).map(([finding, label]) => ({
    look: `vote ${finding}`,
    kind: 'dot',
    label,
  }))

const votes = (
  trials: readonly CapacityTrial[],
  axes: { readonly x: Axis; readonly y: Axis },
  at: (trial: CapacityTrial) => { x: number; y: number | undefined },
): Markup =>
  html`${FINDINGS.map(([finding]) => dots(trials.filter((trial) => trial.finding === finding).map(at), axes, `vote ${finding}`))}`

/** A level line across the chart. */
const level = (y: number, axes: { readonly x: Axis; readonly y: Axis }, look: string): Markup => {
  const [first, last] = [axes.x.ticks[0]!.at, axes.x.ticks.at(-1)!.at]
  return line(
    [
      { x: first, y },
      { x: last, y },
    ],
    axes,
    look,
  )
}

/** p50 and p95 of every trial against its load, with the limits of the objectives on response time. */
export function latencyFigure(summary: CapacitySummary): Figure {
  const trials = counted(summary).filter(({ responseP95 }) => responseP95 !== undefined)
  const limits = summary.objectives.flatMap((text) => {
    const parsed = parseObjective(text)
    if ('problem' in parsed) return []
    const { subject, limit } = parsed.objective
    return 'metric' in subject && subject.metric === 'response_time' ? [{ text, limit }] : []
  })
  const x = loadAxis(summary)
  const values = trials.flatMap(({ responseP50, responseP95 }) => [responseP50!, responseP95!])
  const lowest = Math.min(...values, Number.MAX_VALUE)
  const y = latencyAxis('response time', lowest, { lowest, highest: Math.max(1, ...values, ...limits.map(({ limit }) => limit)) })
  const axes = { x, y }
  return {
    id: 'latency',
    title: 'Response time against load',
    note: `A dot for the p95 of each trial, a faint one for its p50${limits.length > 0 ? '; dotted lines are the limits of the objectives' : ''}.${y.logarithmic ? ' The axis of times is logarithmic.' : ''}`,
    key: keyOf(trials),
    drawing: drawn(
      {
        id: 'latency-plot',
        title: 'Response time against load',
        description: `${trials.length} trials; limits: ${limits.map(({ text }) => text).join(', ') || 'none'}.`,
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

/** How the bracket closed: every trial at its load, one after another. */
export function boundsFigure(summary: CapacitySummary): Figure {
  const { trialList, axis, lower, upper } = summary
  const y = loadAxis(summary)
  const x = fromZero('trial', Math.max(1, trialList.length))
  const axes = { x, y }
  return {
    id: 'bounds',
    title: 'How the bracket closed',
    note: 'Every trial in its order at the load that it tried. Levels are decided by three votes that agree; long trials at the end prove both ends.',
    key: keyOf(trialList),
    drawing: drawn(
      {
        id: 'bounds-plot',
        title: 'How the bracket closed',
        description: `${trialList.length} trials; ${lower === null ? 'nothing' : loadInUnits(lower, axis)} held and ${upper === null ? 'nothing' : loadInUnits(upper, axis)} was missed.`,
        x,
        y: { ...y, label: x.label },
      },
      html`${lower !== null && level(lower, axes, 'thin offered')}${upper !== null && level(upper, axes, 'thin offered')}${votes(
        trialList,
        axes,
        (trial) => ({ x: trialList.indexOf(trial) + 1, y: trial.load }),
      )}`,
    ),
    table: {
      head: ['Load', 'held', 'votes and proofs', 'verdict'],
      words: [3],
      rows: summary.levels.map(({ load, held, trials, verdict, proven }) => [
        loadInUnits(load, axis),
        String(held),
        String(trials),
        `${verdict ?? 'open'}${proven ? ', proven' : ''}`,
      ]),
    },
  }
}

/** Completed against offered: where the two part, the target is full. */
export function completedFigure(summary: CapacitySummary): Figure {
  const trials = counted(summary)
  const most = Math.max(1, ...trials.map(({ offered, throughput }) => Math.max(offered, throughput)))
  const x = fromZero('runs per second offered', most)
  const y = fromZero('completed per second', most)
  const axes = { x, y }
  return {
    id: 'completed',
    title: 'Completed against offered',
    note: 'On the dotted line everything that was sent in a trial was completed in it.',
    key: keyOf(trials),
    drawing: drawn(
      {
        id: 'completed-plot',
        title: 'Completed against offered',
        description: `At most ${rate(Math.max(0, ...trials.map(({ throughput }) => throughput)))} completed.`,
        x,
        y,
      },
      html`${line(
        [
          { x: 0, y: 0 },
          { x: most, y: most },
        ],
        axes,
        'thin offered',
      )}${votes(trials, axes, ({ offered, throughput }) => ({ x: offered, y: throughput }))}`,
    ),
    table: {
      head: ['Load', 'offered', 'completed', 'runs', 'failures'],
      rows: trials.map(({ load, offered, throughput, exchanges, failures }) => [
        loadInUnits(load, summary.axis),
        rate(offered),
        rate(throughput),
        String(exchanges),
        String(failures),
      ]),
    },
  }
}

/** Runs in flight and open connections against load, with the part that was inside the engine. */
export function inFlightFigure(summary: CapacitySummary): Figure {
  const { little, mode, axis } = summary
  const trials = counted(summary)
  const x = loadAxis(summary)
  const y = fromZero('at once, mean', Math.max(1, ...trials.map(({ inFlight, connectionsOpen }) => Math.max(inFlight, connectionsOpen))))
  const axes = { x, y }
  return {
    id: 'in-flight',
    title: 'In flight, and where',
    note: 'By Little’s law: the filled part is inside the engine (throughput × elapsed_time), the strong line all that is in flight. What lies between waits outside. Faint dots are connections open.',
    key: [
      { look: mode, kind: 'line', label: 'in flight' },
      { look: `thin ${mode}`, kind: 'line', label: 'inside the engine' },
      { look: 'faint', kind: 'dot', label: 'connections open' },
    ],
    drawing: drawn(
      {
        id: 'in-flight-plot',
        title: 'In flight, and where',
        description: `Up to ${digits(Math.max(0, ...little.map(({ inFlight }) => inFlight)))} in flight in the mean of a load.`,
        x,
        y,
      },
      html`${ribbon(
        little.map(({ load, inside }) => ({ x: load, low: 0, high: inside })),
        axes,
        mode,
      )}${line(
        little.map(({ load, inside }) => ({ x: load, y: inside })),
        axes,
        `thin ${mode}`,
      )}${line(
        little.map(({ load, inFlight }) => ({ x: load, y: inFlight })),
        axes,
        mode,
      )}${dots(
        trials.map(({ load, connectionsOpen }) => ({ x: load, y: connectionsOpen })),
        axes,
        'faint',
      )}`,
    ),
    table: {
      head: ['Load', 'in flight', 'inside the engine', 'outside it'],
      rows: little.map(({ load, inFlight, inside, outside }) => [
        loadInUnits(load, axis),
        digits(inFlight),
        digits(inside),
        digits(outside),
      ]),
    },
  }
}

/** The scalability law with its band; what lies beyond the data is shaded. */
export function scalingFigure(summary: CapacitySummary): Figure {
  const { scaling, mode } = summary
  const { points = [], band = [], peak } = scaling ?? {}
  const last = Math.max(1, ...points.map(({ inFlight }) => inFlight))
  const end = Math.max(last, ...band.map(({ inFlight }) => inFlight))
  const x = fromZero('runs in flight', end)
  const y = fromZero(
    'completed per second',
    Math.max(1, ...points.map(({ throughput }) => throughput), ...band.map(({ fit }) => fit)) * 1.1,
  )
  const axes = { x, y }
  return {
    id: 'scaling-law',
    title: 'Throughput against runs in flight',
    note: 'Dots are trials, the line is the Universal Scalability Law fitted to them, the band 95 % of what the data leave open. The shaded stretch lies beyond the data: nothing was measured there.',
    key: [
      { look: 'estimate-dot', kind: 'dot', label: 'trials' },
      { look: mode, kind: 'line', label: 'fitted law' },
    ],
    drawing: drawn(
      {
        id: 'scaling-plot',
        title: 'Throughput against runs in flight',
        description: peak
          ? `The peak lies at ${digits(peak.inFlight)} runs in flight.`
          : `The data reach ${digits(last)} runs in flight and no peak.`,
        x,
        y,
        bands: [{ from: last, to: x.ticks.at(-1)!.at, name: 'beyond the data', shade: 'unmeasured' }],
      },
      html`${ribbon(
        band.map(({ inFlight, low, high }) => ({ x: inFlight, low, high })),
        axes,
        mode,
      )}${line(
        band.map(({ inFlight, fit }) => ({ x: inFlight, y: fit })),
        axes,
        mode,
      )}${dots(
        points.map(({ inFlight, throughput }) => ({ x: inFlight, y: throughput })),
        axes,
        'estimate-dot',
      )}`,
    ),
    table: {
      head: ['In flight', 'completed per second'],
      rows: points.map(({ inFlight, throughput }) => [digits(inFlight), rate(throughput)]),
    },
  }
}

/** The trials in time: how long each lasted, and what it cost. */
export function trialsFigure(summary: CapacitySummary): Figure {
  const { trialList, start, axis } = summary
  const at = ({ began }: CapacityTrial) => Math.max(0, (Date.parse(began) - Date.parse(start)) / 1000)
  const end = Math.max(1, ...trialList.map((trial) => at(trial) + trial.seconds))
  const x: Axis = {
    label: `time since the start, ${clockUnit(end)}`,
    scale: linear(0, end),
    ticks: timeTicks(end).map((second) => ({ at: second, label: second === 0 ? '0' : clockText(second, end) })),
  }
  const y = loadAxis(summary)
  const axes = { x, y }
  return {
    id: 'timeline',
    title: 'Over time',
    note: 'Each trial from the beginning of its ramp-in to the end of its cool-down, at its load.',
    key: keyOf(trialList).map((entry) => ({ ...entry, kind: 'line' })),
    drawing: drawn(
      { id: 'timeline-plot', title: 'Over time', description: `${trialList.length} trials in ${span(end * SECOND)}.`, x, y },
      html`${trialList.map((trial) =>
        line(
          [
            { x: at(trial), y: trial.load },
            { x: at(trial) + trial.seconds, y: trial.load },
          ],
          axes,
          `lasted ${trial.finding}`,
        ),
      )}`,
    ),
    table: {
      head: ['Began after', 'load', 'lasted', 'finding', 'runs', 'tokens'],
      words: [3],
      rows: trialList.map((trial) => [
        span(at(trial) * SECOND),
        loadInUnits(trial.load, axis),
        span(trial.seconds * SECOND),
        trial.finding,
        String(trial.exchanges),
        String(trial.tokens),
      ]),
    },
  }
}
