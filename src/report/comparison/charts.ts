import { VERDICTS } from '../../core/comparison.ts'
import type { ComparedRun, ComparisonSummary } from '../../core/comparison-summary.ts'
import { SECOND } from '../../core/units.ts'
import { signedPercent } from '../../judge/comparison/verdict-words.ts'
import { betterOf, figureName } from '../../judge/figure-name.ts'
import type { Figure } from '../charts/figure.ts'
import { forest } from '../charts/forest.ts'
import { drawn } from '../charts/frame.ts'
import { dots, line } from '../charts/marks.ts'
import { runAxis } from '../charts/run-axis.ts'
import { linear } from '../charts/scale.ts'
import { sinceAxis } from '../charts/since-axis.ts'
import { axisAround } from '../charts/value-axis.ts'
import { moment, NONE, span } from '../format.ts'
import { html } from '../markup.ts'
import { plain } from '../plain.ts'
import { figureText, intervalText, unitOfFigure } from './figure-text.ts'

/** Every judged change with its interval. */
export function forestFigure({ metrics, settings, arms }: ComparisonSummary): Figure {
  const [baseline, candidate] = arms.map((arm) => plain(arm, 40))
  const rows = Object.entries(metrics).map(([label, metric]) => ({
    label,
    verdict: metric.verdict,
    change: metric,
    text: `${label}: ${metric.estimate === undefined ? 'no estimate' : signedPercent(metric.estimate)} (${intervalText(metric)}), ${metric.verdict}.`,
  }))
  const title = `How ${candidate} differs from ${baseline}`
  return {
    id: 'forest',
    title,
    note: 'Each line is an interval, its dot the estimate. The shaded stretch is what is taken for noise; the dotted line is the margin.',
    key: VERDICTS.filter((verdict) => rows.some((row) => row.verdict === verdict)).map((verdict) => ({
      look: `change ${verdict.replace(' ', '-')}`,
      kind: 'line',
      label: verdict,
    })),
    drawing: forest({ id: 'forest-plot', title, rows, margin: settings.margin, noise: settings.noise }),
    table: {
      head: ['Metric', 'estimate', 'interval', 'verdict'],
      words: [3],
      rows: Object.entries(metrics).map(([name, metric]) => [
        name,
        metric.estimate === undefined ? NONE : signedPercent(metric.estimate),
        intervalText(metric),
        metric.verdict,
      ]),
    },
  }
}

/** Judged pairs with a number in both arms. */
function pairsOf({ runs, arms, primary }: ComparisonSummary) {
  const counted = runs.filter(({ use }) => use === 'counted')
  return [...Map.groupBy(counted, ({ pair }) => pair)].flatMap(([pair, both]) => {
    const [before, after] = arms.map((arm) => both.find((run) => run.arm === arm)?.figures[primary])
    return before === undefined || after === undefined ? [] : [{ pair, before, after }]
  })
}

/** One line per pair, from the one arm to the other: what a common rise looks like. */
export function slopeFigure(summary: ComparisonSummary): Figure {
  const { primary, arms } = summary
  const [baseline, candidate] = arms.map((arm) => plain(arm, 40)) as [string, string]
  const pairs = pairsOf(summary)
  const numbers = pairs.flatMap(({ before, after }) =>
    typeof before === 'number' && typeof after === 'number' ? [[before, after] as const] : [],
  )
  const y = axisAround(primary, numbers.flat(), unitOfFigure(primary))
  const x = {
    label: `${primary} of each run`,
    scale: linear(0, 1),
    ticks: [
      { at: 0.1, label: baseline },
      { at: 0.9, label: candidate },
    ],
  }
  const isWorse = ([before, after]: readonly [number, number]) =>
    betterOf(figureName(primary)) === 'lower' ? after > before : after < before
  const worse = numbers.filter(isWorse).length
  return {
    id: 'slopes',
    title: 'Pair by pair',
    note: 'A line for each pair of runs. Lines that lean the same way are a difference; lines that cross are scatter.',
    key: [
      { look: 'worse', kind: 'line', label: 'worse' },
      { look: 'better', kind: 'line', label: 'no worse' },
    ],
    drawing: drawn(
      {
        id: 'slopes-plot',
        title: 'Pair by pair',
        description: `In ${worse} of ${numbers.length} pairs ${candidate} was worse than ${baseline}.`,
        x,
        y,
      },
      html`${numbers.map((pair) =>
        line(
          [
            { x: 0.1, y: pair[0] },
            { x: 0.9, y: pair[1] },
          ],
          { x, y },
          isWorse(pair) ? 'worse' : 'better',
        ),
      )}`,
    ),
    table: {
      head: ['Pair', baseline, candidate, 'change'],
      rows: pairs.map(({ pair, before, after }) => [
        String(pair),
        figureText(before, primary),
        figureText(after, primary),
        typeof before === 'number' && typeof after === 'number' ? signedPercent(after / before - 1) : NONE,
      ]),
    },
  }
}

/** Stored runs in order of time, evenly spaced: how the baseline scattered and drifted before the candidate. */
export function storedFigure({ runs, arms, primary }: ComparisonSummary): Figure {
  const shown = runs
    .filter(({ use }) => use === 'counted')
    .toSorted((a, b) => (a.began < b.began ? -1 : 1))
    .flatMap((run, at) => (typeof run.figures[primary] === 'number' ? [{ run, x: at, y: run.figures[primary] }] : []))
  const y = axisAround(
    primary,
    shown.map((point) => point.y),
    unitOfFigure(primary),
  )
  const x = runAxis(shown.map(({ run }) => run.began))
  const series = arms.map((arm, place) => ({
    look: place === 0 ? 'arm first' : 'arm later',
    label: plain(arm, 40),
    points: shown.filter(({ run }) => run.arm === arm),
  }))
  return {
    id: 'stored',
    title: 'Run by run',
    note: 'Every judged run in order of time, evenly spaced. A drift of the target shows as a slope of the baseline.',
    key: series.map(({ look, label }) => ({ look, kind: 'dot', label })),
    drawing: drawn(
      { id: 'stored-plot', title: 'Run by run', description: `${shown.length} runs in order of time.`, x, y },
      html`${series.map(({ look, points }) => dots(points, { x, y }, look))}`,
    ),
    table: {
      head: ['Began', 'side', primary],
      words: [1],
      rows: shown.map(({ run }) => [moment(plain(run.began, 40)), plain(run.arm, 40), figureText(run.figures[primary], primary)]),
    },
  }
}

/** The runs in the order in which they were made: drift, and what was repeated. */
export function orderFigure(summary: ComparisonSummary): Figure {
  const { primary, arms, runs, start } = summary
  const at = ({ began }: ComparedRun) => Math.max(0, (Date.parse(began) - Date.parse(start)) / 1000)
  const end = Math.max(1, ...runs.map((run) => at(run) + run.seconds))
  const shown = runs.flatMap((run) => {
    const figure = run.figures[primary]
    return typeof figure === 'number' ? [{ run, x: at(run), y: figure }] : []
  })
  const y = axisAround(
    primary,
    shown.map((point) => point.y),
    unitOfFigure(primary),
  )
  const x = sinceAxis('the start', end)
  const series = [
    ...arms.map((arm, place) => ({
      look: place === 0 ? 'arm first' : 'arm later',
      label: plain(arm, 40),
      points: shown.filter(({ run }) => run.use === 'counted' && run.arm === arm),
    })),
    { look: 'arm aside', label: 'not judged', points: shown.filter(({ run }) => run.use !== 'counted') },
  ].filter(({ points }) => points.length > 0)
  return {
    id: 'order',
    title: 'Over time',
    note: 'Every run where it began. A drift of the target shows as a slope that both arms share; it falls on both alike.',
    key: series.map(({ look, label }) => ({ look, kind: 'dot', label })),
    drawing: drawn(
      { id: 'order-plot', title: 'Over time', description: `${runs.length} runs in ${span(end * SECOND)}.`, x, y },
      html`${series.map(({ look, points }) => dots(points, { x, y }, look))}`,
    ),
    table: {
      head: ['Began after', 'pair', 'arm', primary, 'use'],
      words: [2, 4],
      rows: runs.map((run) => [
        span(at(run) * SECOND),
        String(run.pair),
        plain(run.arm, 40),
        figureText(run.figures[primary], primary),
        run.use,
      ]),
    },
  }
}
