import type { NodeDifference, Round, Sides, WorkDifference, WorkReading } from '../../core/comparison.ts'
import { moments, pairedInterval } from '../../stats/paired.ts'
import { contrast, contrastChange } from './contrast.ts'
import type { Versus } from './pairs.ts'

/** Difference in work that makes times incomparable: relative, or of a share. */
const NOTABLE = 0.1
const ALPHA = 0.05

/** Work that can be compared. Replies of different modes have different bytes for the same work, and only streams have chunks. */
const KINDS = ['tokens', 'steps', 'chunks', 'bytes'] as const
type WorkKind = (typeof KINDS)[number]

/** What each arm did for its replies. Kinds that one of them never told are left out. */
export function compareWork(rounds: readonly Round[], versus: Versus): readonly WorkDifference[] {
  return KINDS.flatMap((of) => {
    const pairs = workPairs(rounds, versus, of)
    if (pairs.length === 0) return []
    const [baseline, candidate] = [moments(pairs.map(([before]) => before)).mean, moments(pairs.map(([, after]) => after)).mean]
    return [difference(of, { baseline, candidate }, () => beyondChance(pairs))]
  })
}

/** The node whose share of the runs differs most. Undefined where no round has nodes of both arms. */
export function compareNodes(rounds: readonly Round[], { baseline, candidate }: Versus): NodeDifference | undefined {
  const told = rounds.flatMap((round) => {
    const [before, after] = [round[baseline]?.work.nodes, round[candidate]?.work.nodes]
    return before && after ? [{ before, after }] : []
  })
  return mostDifferent(
    told.flatMap(({ before, after }) => [before, after]),
    (nodeId) => {
      const pairs = told.map(({ before, after }) => [before[nodeId]?.share ?? 0, after[nodeId]?.share ?? 0] as const)
      return { before: pairs.map(([share]) => share), after: pairs.map(([, share]) => share), beyond: () => beyondChance(pairs) }
    },
  )
}

/** The same of stored runs. */
export function compareNodesOfSides({ baseline, candidate }: Sides<readonly WorkReading[]>): NodeDifference | undefined {
  const told = (each: readonly WorkReading[]) => each.map(({ nodes }) => nodes).filter((nodes) => nodes !== undefined)
  const [before, after] = [told(baseline), told(candidate)]
  if (before.length === 0 || after.length === 0) return undefined
  return mostDifferent([...before, ...after], (nodeId) => {
    const shares = (of: readonly Nodes[]) => of.map((nodes) => nodes[nodeId]?.share ?? 0)
    return { before: shares(before), after: shares(after), beyond: () => beyondScatter(shares(before), shares(after)) }
  })
}

type Nodes = NonNullable<WorkReading['nodes']>

interface NodeShares {
  readonly before: readonly number[]
  readonly after: readonly number[]
  readonly beyond: () => boolean
}

function mostDifferent(told: readonly Nodes[], sharesOf: (nodeId: string) => NodeShares): NodeDifference | undefined {
  const titles = new Map(told.flatMap((nodes) => Object.entries(nodes).map(([nodeId, { title }]) => [nodeId, title] as const)))
  const differences = [...titles].map(([nodeId, title]): NodeDifference => {
    const { before, after, beyond } = sharesOf(nodeId)
    const [baseline, candidate] = [moments(before).mean, moments(after).mean]
    return { nodeId, title, baseline, candidate, differs: Math.abs(candidate - baseline) > NOTABLE && beyond() }
  })
  return differences.toSorted((a, b) => Math.abs(b.candidate - b.baseline) - Math.abs(a.candidate - a.baseline))[0]
}

/** The same of stored runs: what each side did for its replies, over its runs. */
export function compareWorkOfSides({ baseline, candidate }: Sides<readonly WorkReading[]>): readonly WorkDifference[] {
  const modes = new Set([...baseline, ...candidate].map((each) => each.modes.toSorted().join()))
  return KINDS.flatMap((of) => {
    const [before, after] = [baseline.flatMap((each) => each[of] ?? []), candidate.flatMap((each) => each[of] ?? [])]
    if (before.length === 0 || after.length === 0 || (of === 'bytes' && modes.size > 1)) return []
    const means = { baseline: moments(before).mean, candidate: moments(after).mean }
    return [difference(of, means, () => beyondScatter(before, after))]
  })
}

/** Of two means. Some work against none is a difference, though none that a share can tell. */
function difference(of: WorkKind, { baseline, candidate }: Sides<number>, beyond: () => boolean): WorkDifference {
  const differs = Math.abs(candidate - baseline) > NOTABLE * baseline && beyond()
  if (baseline === 0 && candidate !== 0) return { of, baseline, candidate, differs }
  return { of, baseline, candidate, change: baseline === 0 ? 0 : candidate / baseline - 1, differs }
}

function beyondScatter(before: readonly number[], after: readonly number[]): boolean {
  const { low, high } = contrastChange(before, after, ALPHA)
  return contrast(before, after) === undefined || low > 0 || high < 0
}

/** Logarithms of the ratio of work for each round that has a figure, so that times can be divided by it. */
export function workRatio(round: Round, { baseline, candidate }: Versus, of: WorkKind): number | undefined {
  const [before, after] = [round[baseline]?.work[of], round[candidate]?.work[of]]
  return before && after ? Math.log(after / before) : undefined
}

function workPairs(rounds: readonly Round[], { baseline, candidate }: Versus, of: WorkKind): readonly (readonly [number, number])[] {
  return rounds.flatMap((round) => {
    const [before, after] = [round[baseline]?.work, round[candidate]?.work]
    if (!before || !after || (of === 'bytes' && !sameModes(before, after))) return []
    const [one, other] = [before[of], after[of]]
    return one === undefined || other === undefined ? [] : [[one, other] as const]
  })
}

const sameModes = (one: WorkReading, other: WorkReading): boolean => one.modes.toSorted().join() === other.modes.toSorted().join()

function beyondChance(pairs: readonly (readonly [number, number])[]): boolean {
  const interval =
    pairs.length > 1
      ? pairedInterval(
          pairs.map(([before, after]) => after - before),
          ALPHA,
        )
      : undefined
  return interval === undefined ? true : interval.low > 0 || interval.high < 0
}
