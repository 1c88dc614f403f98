import { type Micros, micros } from '../core/units.ts'
import { drawContainer } from './draw-container.ts'
import { drawNode } from './draw-node.ts'
import { chance } from './draws.ts'
import { type Drawing, type DrawSteps, type Happening, type NodeRun, type RunDraws, roundKey, type Within } from './happenings.ts'
import type { BranchStep, Step } from './profile-nodes.ts'
import type { Profile } from './profile-schema.ts'

/** What happens in a run and when, in order of time, and how long it takes; of `nodes` the outer ones only. */
export interface Workflow {
  readonly happenings: readonly Happening[]
  readonly length: Micros
  readonly nodes: readonly NodeRun[]
}

/** Draws run `n` of the profile. The same (seed, n, slowness) gives the same times and texts, whatever other runs did. */
export function drawWorkflow(profile: Profile, draws: RunDraws): Workflow {
  const drawing: Drawing = { profile, draws, happenings: [], nodes: [] }
  const at = drawSteps(drawing, profile.nodes, { from: micros(0), before: 'nothing' })
  const length = micros(at + draws.take(profile.times.between, 'between', ''))
  // The sort is stable: what happens at one moment stays in the order of the file.
  return { happenings: drawing.happenings.sort((a, b) => a.at - b.at), length, nodes: drawing.nodes }
}

const drawSteps: DrawSteps = (drawing, steps, { from, before, within }) => {
  const { profile, draws } = drawing
  const gap = (id: string) => draws.take(profile.times.between, 'between', id, ...roundKey(within))
  let at = from
  let isFirst = before === 'nothing'
  for (const step of steps) {
    const chosen = 'branch' in step ? choose(step, draws, within) : undefined
    if ('branch' in step && !chosen) continue
    const begins = isFirst || chosen ? at : micros(at + gap(firstIdOf(step)))
    const inside = { from: begins, before: 'nothing', ...(within && { within }) } as const
    if (chosen) at = drawSteps(drawing, chosen, { ...inside, before: isFirst ? 'nothing' : 'a step' })
    else if ('parallel' in step) at = micros(Math.max(...step.parallel.map((branch) => drawSteps(drawing, branch, inside))))
    else if ('rounds' in step) at = drawContainer(drawing, step, { started: begins, drawSteps })
    else if (!('branch' in step)) at = drawNode(drawing, step, { started: begins, within })
    isFirst = false
  }
  return at
}

function firstIdOf(step: Step): string {
  if ('parallel' in step) return firstIdOf(step.parallel[0]![0]!)
  return 'branch' in step ? firstIdOf(step.branch[0]!.nodes[0]!) : step.id
}

/** The branch that this run goes, if any. */
function choose(step: BranchStep, draws: RunDraws, within: Within | undefined): readonly Step[] | undefined {
  const { branch, shift } = step
  const hasShifted = shift !== undefined && ('runs' in shift.after ? draws.n >= shift.after.runs : draws.age >= shift.after.time)
  const shares = hasShifted ? shift.shares : branch.map(({ share }) => share)
  const point = chance(draws, 'branch', firstIdOf(step), ...roundKey(within))
  let upTo = 0
  for (const [index, { nodes }] of branch.entries()) {
    upTo += shares[index]!
    if (point < upTo) return nodes
  }
  return undefined
}
