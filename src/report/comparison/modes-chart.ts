import type { ModesCompared, OverRuns, PhaseOfModes } from '../../core/modes-compared.ts'
import type { Mode } from '../../core/sample.ts'
import { shortLoad } from '../../judge/modes/mode-words.ts'
import { latencyAxis } from '../charts/duration-axis.ts'
import type { Figure } from '../charts/figure.ts'
import { drawn } from '../charts/frame.ts'
import { dots, type Look, line } from '../charts/marks.ts'
import { linear } from '../charts/scale.ts'
import { duration, interval, NONE } from '../format.ts'
import { html } from '../markup.ts'
import { plain } from '../plain.ts'

interface Series {
  readonly mode: Mode
  readonly figure: string
  readonly look: Look
  readonly label: string
}

const SERIES: readonly Series[] = [
  { mode: 'blocking', figure: 'response_time p50', look: 'blocking', label: 'blocking, first output and end' },
  { mode: 'streaming', figure: 'first_output p50', look: 'streaming', label: 'streaming, first output' },
  { mode: 'streaming', figure: 'response_time p50', look: 'shade2 streaming', label: 'streaming, end' },
]

/** What each mode makes people wait for, from the lightest load to the heaviest. */
export function modesFigure({ phases }: ModesCompared): Figure {
  const told = ({ mode, figure }: Series, phase: PhaseOfModes): OverRuns => phase.figures[figure]?.[mode] ?? {}
  const bounds = SERIES.flatMap((one) => phases.flatMap((phase) => Object.values(told(one, phase)) as number[])).filter((us) => us > 0)
  const [lowest, highest] = bounds.length === 0 ? [1, 1] : [Math.min(...bounds), Math.max(...bounds)]
  const y = latencyAxis('time', lowest, { lowest, highest })
  const names = phases.map(({ phase, load }) =>
    `${plain(phase, 12)} ${load.streaming === load.blocking ? plain(shortLoad(load.streaming), 16) : ''}`.trim(),
  )
  const at = (phase: number) => (phases.length === 1 ? 0.5 : 0.08 + (0.84 * phase) / (phases.length - 1))
  const x = {
    label: 'phases, the lightest load first',
    scale: linear(0, 1),
    ticks: names.map((label, phase) => ({ at: at(phase), label })),
  }
  const axes = { x, y }
  return {
    id: 'modes-loads',
    title: 'What each mode makes people wait for',
    note: `Medians of a run, means over runs, with their intervals as upright strokes.${y.logarithmic ? ' The axis of times is logarithmic.' : ''}`,
    key: SERIES.map(({ look, label }) => ({ look, kind: 'line', label })),
    drawing: drawn(
      {
        id: 'modes-loads-plot',
        title: 'What each mode makes people wait for',
        description: `From ${duration(lowest)} to ${duration(highest)} in ${names.join(', ')}.`,
        ...axes,
      },
      html`${SERIES.map((one) => {
        const points = phases.map((phase, index) => ({ x: at(index), y: told(one, phase).estimate }))
        const strokes = phases.map((phase, index) => {
          const { low, high } = told(one, phase)
          return line(
            low === undefined || high === undefined ? [] : [low, high].map((value) => ({ x: at(index), y: value })),
            axes,
            one.look,
          )
        })
        return html`${line(points, axes, one.look)}${strokes}${dots(points, axes, `mark ${one.look}`)}`
      })}`,
    ),
    table: {
      head: ['Phase', ...SERIES.map(({ label }) => label)],
      rows: phases.map((phase, index) => [
        names[index]!,
        ...SERIES.map((one) => {
          const { estimate, low, high } = told(one, phase)
          if (estimate === undefined) return NONE
          return `${duration(estimate)}${low === undefined || high === undefined ? '' : ` [${interval(low, high, 'µs')}]`}`
        }),
      ]),
    },
  }
}
