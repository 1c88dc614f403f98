import { type Micros, micros } from '../core/units.ts'
import type { Happening, NodeRun, RunDraws } from './happenings.ts'
import type { RunPlan } from './plan-run.ts'
import type { Profile } from './profile-schema.ts'
import { drawWorkflow, type Workflow } from './workflow.ts'

/** What a run has come to, as `workflow_finished` and run detail say it. */
export interface Result {
  readonly status: 'succeeded' | 'partial-succeeded' | 'failed' | 'stopped' | 'paused'
  readonly outputs: Readonly<Record<string, unknown>>
  readonly error: string | null
  /** 0 where the run did not succeed, whatever was streamed. */
  readonly tokens: number
  readonly steps: number
  readonly exceptions: number
}

/** All that happens in one run once a worker has begun it, with times in µs from `workflow_started`. */
export interface Script {
  readonly happenings: readonly Happening[]
  /** The outer nodes. */
  readonly nodes: readonly NodeRun[]
  /** When it ends, and in what. */
  readonly endsAt: Micros
  readonly ending: 'finished' | 'paused' | 'error' | 'reset' | 'silence'
  readonly result: Result
}

export const ABORTED = 'Aborted: User requested stop'
const STOPPED = 'Stopped by user.'
const NODE_ERROR =
  'Traceback (most recent call last):\n  File "<string>", line 12, in <module>\nValueError: the simulator was told to fail here 你好\n'

/** Writes the script of a run that a worker begins. Plays that never reach a worker have none: they are not asked for here. */
export function writeScript(profile: Profile, plan: RunPlan, draws: RunDraws): Script {
  const workflow = drawWorkflow(profile, draws)
  const cut = micros(workflow.length * plan.cutAt)
  const gap = () => draws.take(profile.times.between, 'between', 'failed')
  switch (plan.play) {
    case 'workflow-failed':
      return failing(withFailure(workflow, plan.cutAt), gap())
    case 'stopped':
      return stoppedAt(workflow, cut, plan.form === 'first' ? 'aborted' : 'stopped')
    case 'paused':
      return pausedBeforeEnd(workflow)
    case 'stream-broken':
      return { ...cutShort(workflow, cut), ending: plan.form === 'first' ? 'error' : 'reset' }
    case 'no-result':
      return cutShort(workflow, cut)
    case 'hang': {
      const script = stoppedAt(workflow, cut, 'stopped')
      return { ...script, endsAt: micros(Math.max(script.endsAt, profile.times.hang)) }
    }
    default: {
      const played = plan.play === 'partial' ? withException(workflow) : workflow
      return played.nodes.some(({ failure }) => failure?.status === 'failed') ? failing(played, gap()) : whole(profile, played)
    }
  }
}

/** How a run ends that was stopped `at` into it: in one of the two ways seen on a real server. */
export function stoppedAt(workflow: Pick<Workflow, 'happenings' | 'nodes'>, at: Micros, answer: 'aborted' | 'stopped'): Script {
  const script = cutShort(workflow, at)
  const result = answer === 'aborted' ? ({ status: 'failed', error: ABORTED } as const) : ({ status: 'stopped', error: STOPPED } as const)
  return { ...script, ending: 'finished', result: { ...script.result, ...result } }
}

function cutShort({ happenings, nodes }: Pick<Workflow, 'happenings' | 'nodes'>, at: Micros): Script {
  const steps = nodes.filter(({ started }) => started <= at).length
  const result: Result = { status: 'failed', outputs: {}, error: 'cut short', tokens: 0, steps, exceptions: 0 }
  return { happenings: happenings.filter((happening) => happening.at <= at), nodes, endsAt: at, ending: 'silence', result }
}

function whole(profile: Profile, { happenings, length, nodes }: Workflow): Script {
  const exceptions = exceptionsOf(nodes)
  return {
    happenings,
    nodes,
    endsAt: length,
    ending: 'finished',
    result: {
      status: exceptions > 0 ? 'partial-succeeded' : 'succeeded',
      outputs: outputsOf(profile, nodes),
      error: null,
      tokens: nodes.reduce((sum, { tokens, failure }) => sum + (failure ? 0 : tokens), 0),
      steps: stepsOf(nodes),
      exceptions,
    },
  }
}

/** A real server counts each retry as a step and as an exception; a failure is one more. */
const stepsOf = (nodes: readonly NodeRun[]) => nodes.reduce((sum, { retries }) => sum + 1 + retries, 0)
const exceptionsOf = (nodes: readonly NodeRun[]) => nodes.reduce((sum, { retries, failure }) => sum + retries + (failure ? 1 : 0), 0)

/** The named outputs, from the nodes' fields. */
export function outputsOf(profile: Profile, nodes: readonly NodeRun[]): Readonly<Record<string, unknown>> {
  const fields = new Map(nodes.map((run) => [run.node.id, run.fields]))
  return Object.fromEntries(
    Object.entries(profile.outputs).map(([name, selectors]) => {
      const given = selectors.map((selector) => selector.split('.') as [string, string]).find(([id]) => fields.has(id))
      return [name, given ? (fields.get(given[0])![given[1]] ?? null) : null]
    }),
  )
}

/** Nodes that do the work: all but the first and the last kind, and what has nodes of its own. */
const working = (nodes: readonly NodeRun[]) => nodes.filter(({ node, rounds }) => node.type !== 'start' && node.type !== 'end' && !rounds)

function withException(workflow: Workflow): Workflow {
  const work = working(workflow.nodes)
  const victim = work.find(({ usage }) => usage === undefined) ?? work[0] ?? workflow.nodes[0]
  return replaceNode(workflow, victim, { status: 'exception', error: 'Unknown error' })
}

function withFailure(workflow: Workflow, cutAt: number): Workflow {
  const work = working(workflow.nodes)
  const victim = work[Math.floor(cutAt * work.length)] ?? workflow.nodes[0]
  return replaceNode(workflow, victim, { status: 'failed', error: NODE_ERROR })
}

/** The run ends with the first of its nodes that failed, `gap` after it. */
function failing(workflow: Workflow, gap: Micros): Script {
  const failed = workflow.nodes.filter(({ failure }) => failure?.status === 'failed')
  const victim = failed.reduce((first, one) => (one.finished < first.finished ? one : first))
  const stop = workflow.happenings.findIndex((happening) => happening.kind === 'node-finished' && happening.node === victim)
  const script = cutShort(workflow, victim.finished)
  const begun = workflow.nodes.filter(({ started }) => started <= victim.finished)
  return {
    ...script,
    // What a failed node would have given, it does not give; what its model had said by then stands.
    happenings: workflow.happenings
      .slice(0, stop + 1)
      .filter((one) => one.kind !== 'text' || !one.last || !one.selector.startsWith(`${victim.node.id}.`)),
    endsAt: micros(victim.finished + gap),
    ending: 'finished',
    result: {
      ...script.result,
      error: victim.failure!.error,
      steps: stepsOf(begun),
      exceptions: exceptionsOf(begun.filter(({ finished }) => finished <= victim.finished)),
    },
  }
}

function replaceNode(workflow: Workflow, victim: NodeRun | undefined, failure: NonNullable<NodeRun['failure']>): Workflow {
  if (!victim) return workflow
  const replaced: NodeRun = { ...victim, failure }
  const swap = (run: NodeRun): NodeRun => (run === victim ? replaced : run)
  const happenings = workflow.happenings.map((happening) =>
    happening.kind === 'text' ? happening : { ...happening, node: swap(happening.node) },
  )
  return { ...workflow, happenings, nodes: workflow.nodes.map(swap) }
}

/** A person is asked when the end node would begin. */
function pausedBeforeEnd(workflow: Workflow): Script {
  const end = workflow.nodes.find(({ node }) => node.type === 'end')
  const at = end?.started ?? workflow.length
  const before = workflow.nodes.filter((run) => run !== end)
  const script = cutShort({ happenings: workflow.happenings, nodes: before }, at)
  return {
    ...script,
    happenings: script.happenings.filter((happening) => happening.kind === 'text' || happening.node !== end),
    ending: 'paused',
    result: { ...script.result, status: 'paused', error: null, steps: before.length + 1 },
  }
}
