import type { ComparisonSettings, Round } from '../core/comparison.ts'
import type { Progress, RunOrder } from '../judge/comparison/experiment.ts'
import { logRatios } from '../judge/comparison/pairs.ts'
import { signedPercent } from '../judge/comparison/verdict-words.ts'
import { figureText } from '../report/comparison/figure-text.ts'
import { centreOf } from '../stats/paired.ts'

/** Which run of a comparison it is: `pair 3 of 8, candidate`. */
export const placeOf = ({ round, arm, attempt }: RunOrder, { pairs }: ComparisonSettings): string =>
  `pair ${round + 1} of ${round < pairs ? pairs : 2 * pairs}, ${arm}${attempt > 0 ? `, attempt ${attempt + 1}` : ''}`

/**
 * A sentence on what is known once a run has ended: nothing in the middle of a pair, else the pair and the change so far. No verdict before a look:
 * whoever stops where it pleases him finds what he looks for.
 */
export function afterRun(
  { rounds, looks, next }: Progress,
  last: RunOrder,
  { arms: [baseline = '', candidate = ''], settings }: { readonly arms: readonly string[]; readonly settings: ComparisonSettings },
): string | undefined {
  const { primary } = settings
  if (next.kind === 'invalid') return 'Our own machine has spoiled more pairs than may be repeated: the comparison is invalid.'
  if (next.kind === 'run' && next.order.round === last.round && next.order.attempt > last.attempt)
    return `Pair ${last.round + 1} is run again: our own machine spoiled it.`
  if (rounds.length !== last.round + 1) return undefined
  const pair = rounds.at(-1)!
  const told = `Pair ${rounds.length}: ${primary} ${figureText(pair[baseline]?.figures[primary], primary)} in ${baseline}, ${figureText(pair[candidate]?.figures[primary], primary)} in ${candidate}`
  const [own, all] = [change([pair]), change(rounds)]
  const sofar = `${own === undefined ? '' : ` (${own})`}${rounds.length > 1 && all !== undefined ? `; over all pairs so far ${all}` : ''}.`
  return told + sofar + standing()

  function change(of: readonly Round[]): string | undefined {
    const centre = centreOf(logRatios(of, { baseline, candidate }, primary))
    return Number.isFinite(centre) ? signedPercent(Math.expm1(centre)) : undefined
  }

  function standing(): string {
    const look = looks.at(-1)
    if (look?.rounds === rounds.length)
      return look.rounds === settings.pairs && next.kind === 'run' ? ' The first look does not decide: as many pairs again.' : ''
    return ` Judged after ${rounds.length < settings.pairs ? settings.pairs : 2 * settings.pairs}.`
  }
}
