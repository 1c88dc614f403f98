import type { CapacityModesSummary, ModesServed } from '../../core/capacity-modes.ts'
import type { CapacitySummary } from '../../core/capacity-summary.ts'
import type { Mode } from '../../core/sample.ts'

type Bracket = Pick<CapacitySummary, 'axis' | 'lower' | 'upper' | 'verified' | 'levels'>

/** The mode whose bracket lies wholly above the other's, and by how much: only that can be said of two brackets. */
export function servesMore(answers: CapacityModesSummary['answers']): ModesServed {
  const { blocking, streaming } = answers
  if (!blocking || !streaming) return NOTHING
  return above('blocking', blocking, streaming) ?? above('streaming', streaming, blocking) ?? NOTHING
}

const NOTHING: ModesServed = { serves: null, proven: false, least: null, most: null }

function above(serves: Mode, higher: Bracket, lower: Bracket): ModesServed | undefined {
  const [floor, ceiling] = [higher.lower, mostOf(lower)]
  if (floor === null || ceiling === null || floor <= ceiling) return undefined
  const top = mostOf(higher)
  return {
    serves,
    proven: higher.verified === floor && lower.levels.some(({ load, proven }) => proven && load === lower.upper),
    least: ceiling > 0 ? floor / ceiling - 1 : null,
    most: top === null || lower.lower === null ? null : top / lower.lower - 1,
  }
}

/** The most that may still hold: of slots one less than the number that was missed, since there is none between. */
const mostOf = ({ axis, upper }: Bracket): number | null => (upper === null ? null : axis === 'concurrency' ? upper - 1 : upper)
