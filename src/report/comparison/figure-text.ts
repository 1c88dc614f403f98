import type { Figure, MetricJudgement } from '../../core/comparison.ts'
import { signedPercent } from '../../judge/comparison/verdict-words.ts'
import { figureName } from '../../judge/figure-name.ts'
import { unitOf } from '../../judge/objectives/objective-grammar.ts'
import type { Unit } from '../../measure/metrics.ts'
import { NONE, quantity } from '../format.ts'

/** The unit of a figure of this name. Throws on one that cannot be read. */
export function unitOfFigure(name: string): Unit {
  return unitOf(figureName(name).subject)
}

/** A figure with its unit; a dash where there is none. */
export const figureText = (figure: Figure | undefined, name: string): string =>
  figure === undefined ? NONE : figure === 'endless' ? 'endless' : quantity(figure, unitOfFigure(name))

/** An interval of relative changes; an end that is not there is open. */
export const intervalText = ({ low, high }: Pick<MetricJudgement, 'low' | 'high'>): string =>
  low === undefined && high === undefined
    ? NONE
    : `${low === undefined ? '…' : signedPercent(low)} to ${high === undefined ? '…' : signedPercent(high)}`
