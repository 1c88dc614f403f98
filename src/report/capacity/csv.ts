import type { CapacityLevel, CapacitySummary, CapacityTrial } from '../../core/capacity-summary.ts'
import { type Column, csvText } from '../csv.ts'

/** `levels.csv`: a line per load that was tried, the lowest first, in runs per second or slots. An empty verdict is one that is open. */
export const levelsCsv = ({ levels }: Pick<CapacitySummary, 'levels'>): string => csvText(LEVEL_COLUMNS, levels)

/** `trials.csv`: a line per trial in the order in which they began. Times as their columns say; what there is not is an empty cell. */
export const trialsCsv = ({ trialList }: Pick<CapacitySummary, 'trialList'>): string => csvText(TRIAL_COLUMNS, trialList)

const LEVEL_COLUMNS: readonly Column<CapacityLevel>[] = [
  ['load', ({ load }) => load],
  ['verdict', ({ verdict }) => verdict],
  ['proven', ({ proven }) => (proven ? 'proven' : undefined)],
  ['held', ({ held }) => held],
  ['trials', ({ trials }) => trials],
]

const TRIAL_COLUMNS: readonly Column<CapacityTrial>[] = [
  ['run', ({ run }) => run],
  ['began', ({ began }) => began],
  ['load', ({ load }) => load],
  ['purpose', ({ purpose }) => purpose],
  ['finding', ({ finding }) => finding],
  ['because', ({ because }) => because],
  ['seconds', ({ seconds }) => seconds],
  ['measured_seconds', ({ measuredSeconds }) => measuredSeconds],
  ['exchanges', ({ exchanges }) => exchanges],
  ['failures', ({ failures }) => failures],
  ['tokens', ({ tokens }) => tokens],
  ['offered', ({ offered }) => offered],
  ['throughput', ({ throughput }) => throughput],
  ['in_flight', ({ inFlight }) => inFlight],
  ['connections_open', ({ connectionsOpen }) => connectionsOpen],
  ['response_p50_us', ({ responseP50 }) => responseP50],
  ['response_p95_us', ({ responseP95 }) => responseP95],
]
