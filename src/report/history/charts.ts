import type { Series, Trend } from '../../core/history.ts'
import type { Figure } from '../charts/figure.ts'
import { drawn } from '../charts/frame.ts'
import { dots, line, steps } from '../charts/marks.ts'
import { runAxis } from '../charts/run-axis.ts'
import { axisAround } from '../charts/value-axis.ts'
import { moment, NONE } from '../format.ts'
import { html } from '../markup.ts'
import { plain } from '../plain.ts'
import { amount, unitOfTrend, valueText } from './figures.ts'

interface Place {
  /** Unique on the page. */
  readonly id: string
  /** What tells its title from those of other series; empty for the first. */
  readonly among: string
}

/** A figure over the runs of a series: each run with its interval, the levels, where they change. */
export function trendFigure({ figure, values, levels, changes }: Trend, { runs }: Series, { id, among }: Place): Figure {
  const known = values.flatMap((value) =>
    value === null || value.value === 'endless' ? [] : [value.value, value.low ?? [], value.high ?? []].flat(),
  )
  const y = axisAround(figure, known, unitOfTrend(figure))
  const x = runAxis(runs.map(({ start }) => start))
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const points = values.map((value, at) => ({ x: at, y: typeof value?.value === 'number' ? value.value : undefined }))
  const bounded = values.some((value) => value?.low !== undefined)
  const aside = runs.some(({ valid }) => !valid)
  const title = plain(figure, 60) + among
  const hovers = runs.map((run, at) => ({
    from: at - 0.5,
    to: at + 0.5,
    text: `${moment(plain(run.start, 40))}, ${plain(run.run, 40)}${run.commit === undefined ? '' : `, commit ${plain(run.commit, 12)}`}: ${valueText(values[at]!, figure)}`,
  }))
  return {
    id,
    title,
    note: [
      bounded ? 'Each dot is a run, its upright line the interval within that run.' : 'Each dot is a run.',
      changes.length === 0 ? 'No change was found.' : 'The level changes where the dotted line stands.',
    ].join(' '),
    key: [
      { look: 'arm first', kind: 'dot', label: 'run' },
      ...(aside ? [{ look: 'arm aside', kind: 'dot', label: 'invalid run' } as const] : []),
      { look: 'machine', kind: 'line', label: 'level' },
      ...(changes.length > 0 ? [{ look: 'offered', kind: 'line', label: 'change' } as const] : []),
    ],
    drawing: drawn(
      {
        id: `${id}-plot`,
        title,
        description: `${runs.length} runs, ${changes.length} ${changes.length === 1 ? 'change' : 'changes'}.`,
        x,
        y,
        hovers,
      },
      html`${values.map(
        (value, at) =>
          value?.low !== undefined &&
          value.high !== undefined &&
          line(
            [
              { x: at, y: value.low },
              { x: at, y: value.high },
            ],
            { x, y },
            'thin streaming',
          ),
      )}
${levels.slice(1).map(({ from }) =>
  line(
    [
      { x: from - 0.5, y: low },
      { x: from - 0.5, y: high },
    ],
    { x, y },
    'offered',
  ),
)}
${levels.map(({ from, to, level }) => steps([{ x: from - 0.5, y: level }], { x, y }, { look: 'machine', end: to - 0.5 }))}
${dots(
  points.filter((_, at) => runs[at]!.valid),
  { x, y },
  'arm first',
)}
${dots(
  points.filter((_, at) => !runs[at]!.valid),
  { x, y },
  'arm aside',
)}`,
    ),
    table: {
      head: ['Began', 'run', 'commit', 'branch', figure, 'level'],
      words: [1, 2, 3],
      rows: runs.map(({ run, start, commit, branch, valid }, at) => [
        moment(plain(start, 40)),
        plain(run, 40) + (valid ? '' : ' (invalid)'),
        plain(commit?.slice(0, 12) ?? NONE, 12),
        plain(branch ?? NONE, 40),
        valueText(values[at]!, figure),
        amount(levels.find(({ from, to }) => from <= at && at < to)?.level, figure),
      ]),
    },
  }
}
