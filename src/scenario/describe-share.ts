import type { Phase, Plan } from '../core/plan.ts'
import { portion, type Shard, shardInWords } from '../core/shard.ts'
import { slotsOf } from '../load/closed-loop.ts'
import { limitsOf } from '../load/share.ts'
import { expectedRuns } from './expected-runs.ts'

/** What this machine sends of a shared plan, a line for each phase and one for its limits; empty where the plan is not shared. */
export function shareInWords(plan: Plan): readonly string[] {
  const { shard } = plan
  if (!shard) return []
  const { inFlight, runs, tokens } = limitsOf(plan)
  const bounds = [
    `${inFlight} in flight`,
    ...(runs === undefined ? [] : [`${runs} runs`]),
    ...(tokens === undefined ? [] : [`${tokens} tokens`]),
  ]
  return [
    `${shardInWords(shard)}: this machine sends its share of the plan above`,
    ...plan.phases.map((phase) => `${phase.name}: ${phaseShare(phase, shard)}`),
    `limits: ${bounds.join(', ')}`,
  ]
}

function phaseShare(phase: Phase, shard: Shard): string {
  const expected = expectedRuns(phase)
  const count = expected.kind === 'unknown' ? undefined : portion(expected.count, shard)
  if (phase.kind === 'open')
    return `every ${shard.of}${ending(shard.of)} arrival from the ${shard.index}${ending(shard.index)} on, ${expected.kind === 'about' ? 'about ' : ''}${count} runs`
  const slots = slotsOf(phase, shard).length
  const all = Math.max(phase.from, phase.to)
  return `${slots} of ${all} slots${count === undefined ? '' : `, ${expected.kind === 'at-most' ? 'at most ' : ''}${count} runs`}`
}

/** Of an ordinal. */
function ending(n: number): string {
  if (n % 100 >= 11 && n % 100 <= 13) return 'th'
  return ['th', 'st', 'nd', 'rd'][n % 10] ?? 'th'
}
