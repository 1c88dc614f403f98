import type { CapacityTrial } from '../../../core/capacity-summary.ts'
import type { Figure } from '../../charts/figure.ts'
import type { Axis } from '../../charts/frame.ts'
import { dots, line } from '../../charts/marks.ts'
import { html, type Markup } from '../../markup.ts'

const FINDINGS = [
  ['held', 'held'],
  ['missed', 'missed'],
  ['spoiled', 'spoiled by our own machine'],
  ['throttled', 'throttled'],
  ['stuck', 'no recovery'],
] as const satisfies readonly (readonly [CapacityTrial['finding'], string])[]

/** The findings that there are, as entries of a key. */
export const keyOf = (trials: readonly CapacityTrial[]): Figure['key'] =>
  FINDINGS.filter(([finding]) => trials.some((trial) => trial.finding === finding)).map(([finding, label]) => ({
    look: `vote ${finding}`,
    kind: 'dot',
    label,
  }))

/** A dot for every trial, in the colour of what it found. */
export const votes = (
  trials: readonly CapacityTrial[],
  axes: { readonly x: Axis; readonly y: Axis },
  at: (trial: CapacityTrial) => { x: number; y: number | undefined },
): Markup =>
  html`${FINDINGS.map(([finding]) => dots(trials.filter((trial) => trial.finding === finding).map(at), axes, `vote ${finding}`))}`

/** A level line across the chart. */
export const level = (y: number, axes: { readonly x: Axis; readonly y: Axis }, look: string): Markup => {
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
